using System.Text;
using OpenAIStream.Loopback;
using static OpenAIStream.Tests.WebSockets.SocketSetup;

namespace OpenAIStream.Tests.WebSockets;

/// <summary>The possible faults of a socket: the tests run each row, and write docs/behaviour.md from them.</summary>
internal static class SocketFaults
{
    private const string ErrorObject = """{"error":{"message":"m","code":"c","type":"t","param":"p"}}""";
    private static readonly string[] TwoPieces = [Said[..40], Said[40..]];

    public static IEnumerable<SocketFault> All => [.. Ends, .. Cuts, .. Idle, .. Errors, .. Frames, .. Openings];

    private static SocketFault[] Ends =>
    [
        Complete("sends a response's events", Whole),
        Complete("sends an event in fragments, with a ping between them", Reply.Sse(Created).Wire([.. Fragment(1, TwoPieces[0], false), .. Fragment(9, "!", true), .. Fragment(0, TwoPieces[1], true)]).Send($"data: {Completed}\n\n")),
        Complete("sends events with line ends between their tokens", Reply.Sse(Created).Fragments(Said.Replace(",\"item_id\"", ",\r\n  \"item_id\"", StringComparison.Ordinal)).Send($"data: {Completed}\n\n")),
        Complete("sends pings between events", Reply.Sse(Created).Ping("a").Send($"data: {Said}\n\n").Ping().Send($"data: {Completed}\n\n")),
        Complete("sends keepalive events", Reply.Sse(Created, """{"type":"keepalive","sequence_number":1}""", Said, Completed)) with { Events = 4 },
        Complete("sends events of unknown types", Reply.Sse(Created, """{"type":"response.dreaming"}""", Said, Completed)) with { Events = 4 },
        Complete("sends more events after the last", Reply.Sse(Created, Said, Completed, Said, Said)),
        Complete("closes the socket normally after the last event", Whole.Close(1000)) with { IsKept = false },
        Complete("cuts the connection after the last event", Whole.Cut()) with { IsKept = false },
        Complete("resets the connection after the last event", Whole.WaitFor(Seen).Reset()) with { IsKept = false },
    ];

    private static SocketFault[] Cuts =>
    [
        Cut("closes the socket normally before the last event (1000)", Reply.Sse(Created, Said).Close(1000), StreamEnd.EndOfBody),
        Cut("closes the socket without a code (1005)", Reply.Sse(Created, Said).Close(0), StreamEnd.EndOfBody),
        Cut("goes away (1001)", Reply.Sse(Created, Said).Close(1001, "bye"), StreamEnd.BodyCut),
        Cut("closes the socket because of an internal error (1011)", Reply.Sse(Created, Said).Close(1011, "keepalive ping timeout"), StreamEnd.BodyCut),
        Cut("restarts (1012)", Reply.Sse(Created, Said).Close(1012), StreamEnd.BodyCut),
        Cut("cuts the connection between events", Reply.Sse(Created, Said).Cut(), StreamEnd.BodyCut),
        Cut("cuts the connection in the middle of an event", Reply.Sse(Created, Said).HalfFrame(Completed).Cut(), StreamEnd.BodyCut),
        Cut("resets the connection", Reply.Sse(Created, Said).WaitFor(Seen).Reset(), StreamEnd.ConnectionReset),
        Lost("closes the socket after receiving the request (1011)", new Reply().Close(1011)),
        Lost("closes the socket normally after receiving the request (1000)", new Reply().Close(1000)),
        Lost("cuts the connection after receiving the request", new Reply().Cut()),
        Lost("resets the connection after receiving the request", new Reply().Reset()),
        new SocketFault("Cut off", "accepts the request and sends nothing", new Reply().Stall()) { Silence = TimeSpan.FromSeconds(601) }.Raises<ApiTimeoutException>(),
#if !NETSTANDARD_BUILD // whose ClientWebSocket waits for no answer to a ping
        (new SocketFault("Cut off", "falls silent after an event, and answers no ping", Reply.Sse(Created).Stall()) { Silence = TimeSpan.FromSeconds(61), Events = 1, Serve = static server => server.AnswersPings = false })
            .Raises<StreamEndedEarlyException>(StreamEnd.BodyCut),
#endif
        (new SocketFault("Cut off", "falls silent after an event", Reply.Sse(Created).Stall()) { Silence = TimeSpan.FromSeconds(601), Events = 1 }).Raises<ApiTimeoutException>(),
    ];

    private static SocketFault[] Idle =>
    [
        Again("has closed the idle socket (1001)", Whole.Close(1001)),
        Again("has closed the idle socket with a ping timeout (1011)", Whole.Close(1011)),
        Again("has cut the idle connection", Whole.Cut()),
        Again("has said that the idle socket is too old", Reply.Sse(Created, Said, Completed, """{"type":"error","status":400,"error":{"code":"websocket_connection_limit_reached","message":"60 minutes"}}""")),
    ];

    private static SocketFault[] Errors =>
    [
        Refusal("answers with an error of status 400", 400).Raises<BadRequestException>(),
        Refusal("answers with an error of status 401", 401).Raises<ApiAuthenticationException>(),
        Refusal("answers with an error of status 404", 404).Raises<NotFoundException>(),
        Refusal("answers with an error of status 429", 429).Raises<RateLimitException>() with { Requests = 3 },
        Refusal("answers with an error of status 503", 503).Raises<InternalServerException>() with { Requests = 3 },
        Sent("answers with an error without a status", """{"type":"error","code":"c","message":"m","param":"p"}""").Raises<ApiException>() with { Details = "c/error/p" },
        Sent("does not know the previous response", """{"type":"error","status":400,"error":{"code":"previous_response_not_found","message":"m"}}""").Raises<BadRequestException>(),
        new SocketFault("Errors", "says that the socket is too old for another response", Reply.Sse("""{"type":"error","status":400,"error":{"code":"websocket_connection_limit_reached","message":"60 minutes"}}""")) { Events = 3, Requests = 2, IsKept = true },
        Sent("sends an error among the events, nested", Created, Said, """{"type":"error","error":{"type":"t","code":"c","message":"m","param":"p"}}""").Raises<ApiException>() with { Events = 2, Details = "c/t/p" },
        Sent("sends an error among the events, flat", Created, Said, """{"type":"error","code":"c","message":"m","param":"p"}""").Raises<ApiException>() with { Events = 2, Details = "c/error/p" },
        Sent("sends response.failed", Created, Said, """{"type":"response.failed","response":{"id":"resp_1","object":"response","status":"failed","error":{"code":"c","message":"m"}}}""").Raises<ApiException>() with { Events = 2 },
    ];

    private static SocketFault[] Frames =>
    [
        Malformed("sends broken JSON", Reply.Sse(Created, "{\"type\":")),
        Malformed("sends a list", Reply.Sse(Created, "[1]")),
        Malformed("sends text", Reply.Sse(Created, "hello")),
        Malformed("sends bytes that are not text", Reply.Sse(Created).Wire(Binary([0, 1, 2]))),
        (Malformed("sends a frame larger than the limit", Reply.Sse(Created, $$"""{"type":"x","padding":"{{new string('x', 3000)}}"}""")) with { Setting = "MaxEventBytes 1000", Set = static options => options.MaxEventBytes = 1000 })
            .Raises<EventTooLargeException>(),
        (new SocketFault("Frames", "sends a frame that breaks the protocol", Reply.Sse(Created, Said).WaitFor(Seen).Wire([0xFF, 0x05, 1, 2, 3, 4, 5])) { Events = 2 }).Raises<StreamEndedEarlyException>(StreamEnd.BodyCut),
    ];

    private static SocketFault[] Openings =>
    [
        NoSocket("has no WebSockets (404)", 404).Raises<ApiConnectionException>(),
        NoSocket("wants another protocol (426)", 426).Raises<ApiConnectionException>(),
        NoSocket("redirects the request for a WebSocket (307)", 307).Raises<ApiConnectionException>(),
        NoSocket("refuses the key (401)", 401).Raises<ApiAuthenticationException>(),
        NoSocket("is overloaded when a WebSocket is requested (503)", 503).Raises<InternalServerException>(),
        Auto("has no WebSockets (404)", 404) with { Events = 3 },
        Auto("has no WebSockets behind its gateway (502)", 502) with { Events = 3 },
        Auto("refuses the key (401)", 401).Raises<ApiAuthenticationException>() with { Requests = 0 },
    ];

    /// <summary>The signal that the client has read the data: a reset discards unread data.</summary>
    public const string Seen = "seen";

    private static SocketFault Complete(string does, Reply reply) => new("Ends", does, reply) { Events = 3, IsKept = true };

    private static SocketFault Cut(string does, Reply reply, StreamEnd end) => (new SocketFault("Cut off", does, reply) { Events = 2 }).Raises<StreamEndedEarlyException>(end);

    private static SocketFault Lost(string does, Reply reply) => new SocketFault("Cut off", does, reply).Raises<ApiConnectionException>();

    private static SocketFault Again(string does, Reply earlier) => new("Idle", does, Whole) { Earlier = earlier, Events = 3, IsKept = true };

    private static SocketFault Refusal(string does, int status) => new("Errors", does, Reply.Json(status, ErrorObject)) { Details = "c/t/p", IsKept = true };

    private static SocketFault Sent(string does, params string[] frames) => new("Errors", does, Reply.Sse(frames)) { IsKept = true };

    private static SocketFault Malformed(string does, Reply reply) => (new SocketFault("Frames", does, reply) { Events = 1 }).Raises<ResponseFormatException>();

    private static SocketFault NoSocket(string does, int status) => new("Opening a socket", does, Whole)
    {
        Requests = 0,
        Setting = "Transport WebSocket",
        Serve = server => (server.Sockets, server.SocketRefusal) = (SocketSupport.None, Reply.Json(status, ErrorObject)),
    };

    private static SocketFault Auto(string does, int status) => NoSocket(does, status) with
    {
        Requests = 1,
        Setting = "Transport Auto",
        Set = static options => options.Transport = TransportKind.Auto,
    };

    private static byte[] Fragment(int opcode, string text, bool isLast) => [(byte)((isLast ? 0x80 : 0) | opcode), (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Binary(byte[] bytes) => [0x82, (byte)bytes.Length, .. bytes];
}
