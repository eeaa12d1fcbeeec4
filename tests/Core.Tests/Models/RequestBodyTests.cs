using System.Reflection;
using System.Text;
using Xunit;

namespace OpenAIStream.Tests.Models;

public class RequestBodyTests
{
    [Fact]
    public void A_request_sends_what_was_set_in_that_order_and_nothing_else()
    {
        var request = new ChatCompletionRequest
        {
            Model = "m",
            Messages = [new ChatMessage("user", "hi \U0001F600"), new ChatMessage("user", "\uD83D")],
            Temperature = 0.1,
            MaxCompletionTokens = 5,
            Stop = ["\n"],
            ResponseFormat = new JsonMap { ["type"] = "json_object" },
            ["metadata"] = new Dictionary<string, string> { ["k"] = "v" },
            ["explicit"] = null,
        };
        Assert.Equal(
            JsonTexts.Normal("""{"model":"m","messages":[{"role":"user","content":"hi 😀"},{"role":"user","content":"\ud83d"}],"temperature":0.1,"max_completion_tokens":5,"stop":["\n"],"response_format":{"type":"json_object"},"metadata":{"k":"v"},"explicit":null,"stream":false}"""),
            Body(request, stream: false));
    }

    [Fact]
    public void Streaming_is_said_by_the_call_not_by_the_request()
    {
        var request = new CompletionRequest { Prompt = "p", IncludeUsage = true, ["stream"] = false };
        Assert.Equal("""{"prompt":"p","stream_options":{"include_usage":true},"stream":true}""", Body(request, stream: true));
        Assert.Equal("""{"prompt":"p","stream":false}""", Body(request, stream: false));
        Assert.Equal("""{"prompt":"p","stream_options":{"include_usage":true},"stream":false}""", request.ToJson());
    }

    [Fact]
    public void A_property_set_to_null_is_not_sent()
    {
        var request = new CompletionRequest { Model = "m", Prompt = "p", N = 2, Stop = ["a"], Seed = long.MaxValue };
        request.N = null;
        request.Stop = null;
        Assert.Equal("""{"model":"m","prompt":"p","seed":9223372036854775807,"stream":false}""", Body(request, stream: false));
        Assert.Null(request.N);
        Assert.Equal(long.MaxValue, request.Seed);
    }

    [Fact]
    public void An_empty_list_is_sent_and_null_is_not()
    {
        var requests = typeof(StreamingRequest).Assembly.GetTypes().Where(static type => type.IsSubclassOf(typeof(StreamingRequest)) && !type.IsAbstract);
        foreach (var type in requests)
        {
            var request = (StreamingRequest)Activator.CreateInstance(type)!;
            foreach (var list in type.GetProperties().Where(static property => property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
                && property.GetCustomAttribute<FieldNameAttribute>() is not { Name: null }))
            {
                list.SetValue(request, Array.CreateInstance(list.PropertyType.GetGenericArguments()[0], 0));
                Assert.EndsWith(":[],\"stream\":false}", Body(request, stream: false), StringComparison.Ordinal);
                list.SetValue(request, null);
                Assert.Equal("{\"stream\":false}", Body(request, stream: false));
            }
        }
    }

    [Fact]
    public void Properties_read_what_was_set_by_name()
    {
        var request = new CompletionRequest { ["stop"] = "a", ["temperature"] = 0, ["top_p"] = 0.5m, ["max_tokens"] = 7L, ["echo"] = true };
        Assert.Equal(["a"], request.Stop!);
        Assert.Equal(0, request.Temperature);
        Assert.Equal(0.5, request.TopP);
        Assert.Equal(7, request.MaxTokens);
        Assert.True(request.Echo);
    }

    private static string Body(StreamingRequest request, bool stream) => JsonTexts.Normal(Encoding.UTF8.GetString(request.ToBody(stream)));
}
