using System.Text.Json;
using OpenAIStream.Loopback;

namespace OpenAIStream.Tests.Services;

/// <summary>Service answers, in a short notation.</summary>
internal static class Bodies
{
    private static readonly Reply AllDone = Stream(Chunk("""{"content":"All done"}"""), Chunk("{}", "stop"), "[DONE]");

    public static string Chunk(string delta, string? finishReason = null) =>
        $$"""{"id":"c","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{(finishReason is null ? "null" : $"\"{finishReason}\"")}}}]}""";

    public static Reply Stream(params string[] payloads) => Reply.Sse(payloads);

    public static Reply Raw(string body, string type = "text/event-stream", int status = 200) =>
        new Reply().Status(status).Header("Content-Type", type).Send(body);

    public static string Event(string payload) => $"data: {payload}\n\n";

    public static Task<ServiceOutcome> Chat(params string[] payloads) => Ask("chat", Stream([.. payloads, "[DONE]"]));

    public static Task<ServiceOutcome> Respond(params string[] payloads) => Ask("response", Stream(payloads));

    public static Task<ServiceOutcome> Ask(string api, params Reply[] replies) => ServiceRun.Of(new ServiceCase("", api, false, replies));

    /// <summary>The same where what is odd is HTTP's: the type and the form of a body.</summary>
    public static Task<ServiceOutcome> AskOverHttp(string api, params Reply[] replies) => ServiceRun.Of(new ServiceCase("", api, false, replies), isOfFrames: false);

    /// <summary>A chat in which the model calls tools in these pieces; each is the list of calls in a delta.</summary>
    public static Task<ServiceOutcome> Calls(params string[] pieces) => Calls("tool_calls", pieces);

    public static Task<ServiceOutcome> Calls(string finishReason, string[] pieces) => ServiceRun.Of(new ServiceCase("", "chat", true, [
        Stream([Chunk("""{"role":"assistant","content":null}"""), .. pieces.Select(piece => Chunk($$"""{"tool_calls":[{{piece}}]}""")), Chunk("{}", finishReason), "[DONE]"]),
        AllDone]));

    /// <summary>A piece of a call.</summary>
    public static string Call(string? arguments = null, string? name = null, string? id = null, int? index = null) =>
        "{" + string.Join(",", new[]
        {
            index is null ? null : $"\"index\":{index}",
            id is null ? null : $"\"id\":\"{id}\"",
            $"\"function\":{{{string.Join(",", new[] { name is null ? null : $"\"name\":\"{name}\"", arguments is null ? null : $"\"arguments\":{JsonSerializer.Serialize(arguments)}" }.OfType<string>())}}}",
        }.OfType<string>()) + "}";

    public static string City(string city) => $$"""{"City":"{{city}}"}""";
}
