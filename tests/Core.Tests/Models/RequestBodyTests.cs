using System.Reflection;
using System.Text;
using Xunit;

namespace OpenAIStream.Tests.Models;

public class RequestBodyTests
{
    [Fact]
    public void A_request_sends_exactly_the_fields_that_were_set_in_order()
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
    public void The_call_decides_about_streaming_and_not_the_request()
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

    public static TheoryData<string, StreamingRequest, string> Properties => new()
    {
        { "tier", new ChatCompletionRequest { ServiceTier = "flex" }, """{"service_tier":"flex"}""" },
        { "store", new ChatCompletionRequest { Store = true, Metadata = new JsonMap { ["k"] = "v" } }, """{"store":true,"metadata":{"k":"v"}}""" },
        { "tools", new ChatCompletionRequest { ParallelToolCalls = false }, """{"parallel_tool_calls":false}""" },
        { "audio", new ChatCompletionRequest { Modalities = ["text", "audio"], Audio = new JsonMap { ["voice"] = "alloy", ["format"] = "wav" } }, """{"modalities":["text","audio"],"audio":{"voice":"alloy","format":"wav"}}""" },
        { "prediction", new ChatCompletionRequest { Prediction = new JsonMap { ["type"] = "content", ["content"] = "x" } }, """{"prediction":{"type":"content","content":"x"}}""" },
        { "cache", new ChatCompletionRequest { PromptCacheKey = "k", PromptCacheOptions = new JsonMap { ["ttl"] = "30m" } }, """{"prompt_cache_key":"k","prompt_cache_options":{"ttl":"30m"}}""" },
        { "safety", new ChatCompletionRequest { SafetyIdentifier = "u", Moderation = new JsonMap { ["model"] = "m" } }, """{"safety_identifier":"u","moderation":{"model":"m"}}""" },
        { "web", new ChatCompletionRequest { WebSearchOptions = new JsonMap { ["search_context_size"] = "low" } }, """{"web_search_options":{"search_context_size":"low"}}""" },
        { "bias", new ChatCompletionRequest { LogitBias = new JsonMap { ["50256"] = -100 } }, """{"logit_bias":{"50256":-100}}""" },
        { "padding", new ChatCompletionRequest { IncludeUsage = true, IncludeObfuscation = false }, """{"stream_options":{"include_usage":true,"include_obfuscation":false}}""" },
        { "tier of a response", new ResponseRequest { ServiceTier = "priority" }, """{"service_tier":"priority"}""" },
        { "conversation", new ResponseRequest { Conversation = "conv_1" }, """{"conversation":"conv_1"}""" },
        { "conversation as an object", new ResponseRequest { Conversation = new JsonMap { ["id"] = "conv_1" } }, """{"conversation":{"id":"conv_1"}}""" },
        { "context", new ResponseRequest { ContextManagement = [new JsonMap { ["type"] = "compaction", ["compact_threshold"] = 1000 }] }, """{"context_management":[{"type":"compaction","compact_threshold":1000}]}""" },
        { "background", new ResponseRequest { BackgroundOptions = new JsonMap { ["completion_window"] = "8h" } }, """{"background_options":{"completion_window":"8h"}}""" },
        { "reasoning", new ResponseRequest { Reasoning = new JsonMap { ["effort"] = "low" }, ReasoningContext = "all_turns", ReasoningMode = "pro" }, """{"reasoning":{"effort":"low","context":"all_turns","mode":"pro"}}""" },
        { "numbers", new ResponseRequest { MaxToolCalls = 3, TopLogprobs = 5 }, """{"max_tool_calls":3,"top_logprobs":5}""" },
        { "cache of a response", new ResponseRequest { PromptCacheKey = "k", PromptCacheOptions = new JsonMap { ["ttl"] = "12h" } }, """{"prompt_cache_key":"k","prompt_cache_options":{"ttl":"12h"}}""" },
        { "safety of a response", new ResponseRequest { SafetyIdentifier = "u", Moderation = new JsonMap { ["model"] = "m" } }, """{"safety_identifier":"u","moderation":{"model":"m"}}""" },
        { "padding of a response", new ResponseRequest { IncludeObfuscation = false }, """{"stream_options":{"include_obfuscation":false}}""" },
    };

    [Theory]
    [MemberData(nameof(Properties))]
    public void A_property_reads_and_writes_the_field_of_its_name(string what, StreamingRequest request, string json)
    {
        Assert.True(request.ToJson() == json, $"{what}: {request.ToJson()}");
        var read = JsonModel.Create(request.GetType(), json);
        foreach (var property in request.GetType().GetProperties().Where(static property => property.GetIndexParameters().Length == 0))
        {
            Assert.Equal($"{property.GetValue(request)}", $"{property.GetValue(read)}");
        }
    }

    [Fact]
    public void Changing_a_nested_object_leaves_the_caller_s_unchanged()
    {
        var reasoning = new JsonMap { ["effort"] = "low" };
        var request = new ResponseRequest { Reasoning = reasoning, ReasoningMode = "pro" };
        Assert.Equal("""{"effort":"low"}""", reasoning.ToJson());
        request.ReasoningMode = null;
        Assert.Equal("""{"reasoning":{"effort":"low"}}""", request.ToJson());
        request.IncludeObfuscation = false;
        request.IncludeObfuscation = null;
        Assert.Null(request.IncludeObfuscation);
        Assert.Equal("""{"reasoning":{"effort":"low"}}""", request.ToJson());
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
