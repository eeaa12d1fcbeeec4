using OpenAIStream.Loopback;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.WebSockets;

/// <summary>The usual setup of tests of sockets.</summary>
internal static class SocketSetup
{
    public const string Created = """{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","status":"in_progress","output":[]}}""";
    public const string Said = """{"type":"response.output_text.delta","sequence_number":1,"item_id":"m","output_index":0,"content_index":0,"delta":"Hello"}""";
    public const string Completed = """{"type":"response.completed","sequence_number":2,"response":{"id":"resp_1","object":"response","status":"completed","output":[{"type":"message","id":"m","role":"assistant","content":[{"type":"output_text","text":"Hello"}]}]}}""";

    public static Reply Whole => Reply.Sse(Created, Said, Completed);

    public static ResponseRequest Question => new() { Model = "gpt-test", Input = "hi" };

    public static OpenAIClient SocketClient(LoopbackServer server, Action<OpenAIClientOptions>? set = null) => Client(server.Http1, options =>
    {
        options.Transport = TransportKind.WebSocket;
        set?.Invoke(options);
    });

    /// <summary>The events of a response with this id.</summary>
    public static string[] Of(string id, string text = "Hello") =>
        [Created.Replace("resp_1", id, StringComparison.Ordinal), Said.Replace("Hello", text, StringComparison.Ordinal), Completed.Replace("resp_1", id, StringComparison.Ordinal).Replace("Hello", text, StringComparison.Ordinal)];
}
