using System.Text;
using Xunit;

namespace OpenAIStream.Tests.Services;

/// <summary>What a client received from a service, and what the service received from the client.</summary>
internal sealed class ServiceOutcome
{
    private readonly StreamView _view = new() { Style = StreamStyle.None, Width = 200 };
    private readonly StringBuilder _shown = new();

    /// <summary>The chunks, or the whole answers, of all requests.</summary>
    public List<ModelOutput> Outputs { get; } = [];

    /// <summary>The joined chunks of the last request, or its whole answer.</summary>
    public ModelOutput? Joined { get; set; }

    public ApiException? Error { get; set; }

    /// <summary>The tools that ran, as name and city.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>The bodies that the service received; null for a request without one.</summary>
    public IReadOnlyList<JsonMap?> Requests { get; set; } = [];

    /// <summary>The text of the last request's chunks.</summary>
    public string Text { get; set; } = "";

    /// <summary>The bytes of speech that arrived whole.</summary>
    public byte[] Audio { get; set; } = [];

    /// <summary>What a terminal shows.</summary>
    public string Shown => field ??= _shown.Append(_view.Finish()).ToString();

    public ChatCompletion Chat => Assert.IsType<ChatCompletion>(Joined);

    public Response Response => Assert.IsType<Response>(Joined);

    public JsonMap Second => Requests[1]!;

    /// <summary>The assistant's message in the second request.</summary>
    public ChatMessage Assistant =>
        JsonModel.FromJson<ChatMessage>(((Array)Second["messages"]!).OfType<JsonModel>().Single(message => (string?)message["role"] == "assistant").ToJson());

    /// <summary>The ids in the results of tools in the second request.</summary>
    public IEnumerable<object?> Answered =>
        ((Array)Second["messages"]!).OfType<JsonModel>().Where(message => (string?)message["role"] == "tool").Select(message => message["tool_call_id"]);

    public void Add(ModelOutput output)
    {
        Outputs.Add(output);
        _shown.Append(_view.Add(output));
    }

    /// <summary>Over a socket the same was seen. The same was sent, or what is new of it, where the socket knows the rest.</summary>
    public void IsLike(ServiceOutcome overSocket)
    {
        bool isWhole = Outputs.Count == 1; // which a socket tells by two events
        Assert.Equal(Told(this, isWhole), Told(overSocket, isWhole));
        Assert.Equal(Requests.Count, overSocket.Requests.Count);
        foreach (var (whole, sent) in Requests.Zip(overSocket.Requests))
        {
            if (sent!.Contains("previous_response_id") && !whole!.Contains("previous_response_id"))
            {
                Assert.EndsWith(Items(sent)[1..], Items(whole), StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal(Asked(whole!), Asked(sent));
            }
        }
    }

    private static string Told(ServiceOutcome outcome, bool isWhole) => string.Join("\n", [
        .. isWhole ? [] : outcome.Outputs.Select(static output => output.ToJson()).Append(outcome.Text),
        $"joined: {outcome.Joined?.ToJson()}",
        $"shown: {outcome.Shown}",
        $"calls: {string.Join(", ", outcome.Calls)}",
        $"error: {outcome.Error?.GetType().Name} {outcome.Error?.Message.Replace(" in the stream", "", StringComparison.Ordinal)} {outcome.Error?.Code} {outcome.Error?.Param} {outcome.Error?.PartialText}"]);

    private static string Items(JsonMap request) => new JsonMap { ["i"] = request["input"] }.ToJson()[5..^1];

    private static string Asked(JsonMap request)
    {
        var copy = JsonModel.FromJson<JsonMap>(request.ToJson());
        foreach (string field in new[] { "type", "stream", "stream_id" })
        {
            copy.Remove(field);
        }

        return copy.ToJson();
    }

    /// <summary>The answer arrived without an error, and equals this.</summary>
    public void Says(string text, string? finishReason = null)
    {
        Assert.Null(Error);
        Assert.Equal(text, Joined!.Text);
        Assert.Equal(text, Text);
        if (finishReason is not null)
        {
            Assert.Equal(finishReason, Chat.FinishReason);
        }
    }

    /// <summary>These tools ran, each once and in this order, and the model got the results.</summary>
    public void Ran(params string[] calls)
    {
        Assert.Null(Error);
        Assert.Equal(calls, Calls);
        Assert.Equal(2, Requests.Count);
        Assert.Equal("All done", Joined!.Text);
    }

    /// <summary>The stream ended with this error.</summary>
    public T Fails<T>(string message, string? code = null, string? partialText = null) where T : ApiException
    {
        var error = Assert.IsType<T>(Error);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(partialText, error.PartialText);
        if (code is not null)
        {
            Assert.Equal(code, error.Code);
        }

        return error;
    }

    /// <summary>The stream was cut off.</summary>
    public void IsCut(string partialText) => Fails<StreamEndedEarlyException>("", partialText: partialText);

    /// <summary>Input tokens, output tokens, and their sum.</summary>
    public void Used(int prompt, int completion, int total) =>
        Assert.Equal((prompt, completion, total), (Chat.Usage?.PromptTokens, Chat.Usage?.CompletionTokens, Chat.Usage?.TotalTokens));
}
