using System.IO.Compression;
using System.Text;
using OpenAIStream.Loopback;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>The fault matrix: streams and bodies. The statuses and timeouts are in <see cref="RequestFaults"/>.</summary>
internal static class Faults
{
    private const string Done = "[DONE]";
    private static readonly string Good = Events(Hello, Http.Setup.Stop, Done);

    public static IEnumerable<Fault> All => [.. Ends, .. Cuts, .. ErrorFrames, .. Malformed, .. Bodies, .. RequestFaults.All];

    private static Fault[] Ends =>
    [
        Stream("sends chunks and [DONE]", Good) with { Chunks = 2 },
        Stream("sends [DONE] without a space before it", "data:" + Hello + "\n\ndata:[DONE]\n\n") with { Chunks = 1 },
        Stream("sends [DONE] in an event named done", $"data: {Hello}\n\nevent: done\ndata: [DONE]\n\n") with { Chunks = 1 },
        Stream("sends only [DONE]", Events(Done)),
        Stream("sends a chunk, no finish reason, and [DONE]", Events(Hello, Done)) with { Chunks = 1 },
        Stream("sends more events after [DONE]", Good + Events(Hello, "no JSON")) with { Chunks = 2 },
        (Stream("sends 4 MB after [DONE]", Good) with { Chunks = 2 }).Then(reply => reply.Send(new string('x', 4 << 20))).After(Fault.Closed, Fault.Kept),
        (Stream("sends [DONE] and keeps the connection open", Good) with { Chunks = 2 }).Then(reply => reply.Stall()).After(Fault.Closed, Fault.Kept),
        Stream("ends normally after the finish reason, without [DONE]", Events(Hello, Http.Setup.Stop)) with { Chunks = 2 },
        Stream("ends after the finish reason and an incomplete [DONE]", Events(Hello, Http.Setup.Stop) + "data: [DONE]") with { Chunks = 2 },
        Stream("sends usage after the finish reason", Events(Hello, Http.Setup.Stop, """{"choices":[],"usage":{"total_tokens":3}}""", Done)) with { Chunks = 3 },
        (Stream("ends normally before the finish reason", Events(Hello)) with { Chunks = 1 }).Raises<StreamEndedEarlyException>(StreamEnd.EndOfBody),
        (Stream("ends before the finish reason with an incomplete [DONE]", Events(Hello) + "data: [DONE]\n") with { Chunks = 1 })
            .Raises<StreamEndedEarlyException>(StreamEnd.EndOfBody),
        (Stream("ends after one of two choices has finished", Events(Hello, """{"choices":[{"index":1,"text":"","finish_reason":"stop"}]}""")) with { Chunks = 2 })
            .Raises<StreamEndedEarlyException>(StreamEnd.EndOfBody),
        Stream("sends nothing", "").Raises<StreamEndedEarlyException>(StreamEnd.EndOfBody),
        Stream("sends only comments", ": one\n\n: two\n\n").Raises<StreamEndedEarlyException>(StreamEnd.EndOfBody),
    ];

    private static Fault[] Cuts =>
    [
        Cut("cuts the body after a chunk", Events(Hello), 1, reply => reply.Cut()),
        Cut("cuts the body in the middle of an event", Events(Hello) + "data: {\"cho", 1, reply => reply.Cut()),
        Cut("cuts the body after the finish reason", Events(Hello, Http.Setup.Stop), 2, reply => reply.Cut()),
        Cut("cuts the body before the first event", "", 0, reply => reply.Flush().Cut()),
        Cut("ends before its Content-Length is reached", Events(Hello), 1, reply => reply.ContentLength(5000)),
        Cut("resets the connection after a chunk", Events(Hello), 1, reply => reply.Reset(), StreamEnd.ConnectionReset) with { Http2Connection = Fault.Closed, Http2End = StreamEnd.ConnectionReset },
        Cut("resets the connection after the finish reason", Events(Hello, Http.Setup.Stop), 2, reply => reply.Reset(), StreamEnd.ConnectionReset) with { Http2Connection = Fault.Closed, Http2End = StreamEnd.ConnectionReset },
        (Stream("cuts the body after [DONE]", Good) with { Chunks = 2 }).Then(reply => reply.WaitFor(Fault.Seen).Cut()).After(Fault.Closed, Fault.Kept),
        (Stream("resets the connection after [DONE]", Good) with { Chunks = 2 }).Then(reply => reply.WaitFor(Fault.Seen).Reset()).After(Fault.Closed, Fault.Closed),
        (new Fault("Cut off", "announces that it will close the connection (GOAWAY, Connection: close) and finishes the stream",
            new Reply().Header("Content-Type", "text/event-stream").GoAway().Send(Good)) with { Chunks = 2 }).After(Fault.Closed, Fault.Closed),
        (new Fault("Cut off", "announces that it will close the connection and resets it after a chunk",
            new Reply().Header("Content-Type", "text/event-stream").GoAway().Send(Events(Hello)).WaitFor(Fault.Seen).Reset()) with { Chunks = 1 })
            .Raises<StreamEndedEarlyException>(StreamEnd.ConnectionReset).After(Fault.Closed, Fault.Closed),
        (new Fault("Cut off", "closes the connection before any header", new Reply().Cut()) with { Attempts = 3 })
            .Raises<ApiConnectionException>().After(Fault.Closed, Fault.Kept),
        (new Fault("Cut off", "resets the connection before any header", new Reply().Reset()) with { Attempts = 3 })
            .Raises<ApiConnectionException>().After(Fault.Closed, Fault.Closed),
    ];

    private static Fault[] ErrorFrames =>
    [
        Frame("an error object, nested", """data: {"error":{"message":"m","code":"c","type":"t","param":"p"}}""", "c/t/p"),
        Frame("an error object, flat", """data: {"type":"error","message":"m","code":"c","param":"p"}""", "c/error/p"),
        Frame("an event named error, nested", "event: error\ndata: {\"error\":{\"message\":\"m\",\"code\":429,\"type\":\"t\"}}", "429/t/"),
        Frame("an event named error, flat", "event: error\ndata: {\"message\":\"m\",\"code\":\"c\"}", "c//"),
        Frame("an event named error with a string", "event: error\ndata: \"overloaded\"", "//"),
        Frame("an event named error with null", "event: error\ndata: null", "//"),
        Frame("an event named error with no data", "event: error\ndata:", "//"),
        Frame("an event named error with text that is not JSON", "event: error\ndata: overloaded", "//"),
        Frame("an error that is a string", """data: {"error":"overloaded","code":"c"}""", "c//"),
        Frame("an error among the fields of a chunk", """data: {"id":"c1","choices":[],"error":{"message":"m"}}""", "//"),
        Frame("response.failed", """data: {"type":"response.failed","response":{"error":{"code":"server_error","message":"m"}}}""", "server_error/response.failed/"),
        Frame("response.completed with the status failed", """data: {"type":"response.completed","response":{"status":"failed","error":{"code":"c","message":"m"}}}""", "c/response.completed/"),
        Frame("an object that calls itself an error", """data: {"object":"error","message":"m","type":"t","code":500}""", "500/t/"),
        Frame("a code and a message, and no choices", """data: {"code":"c","message":"m"}""", "c//"),
        Frame("an error in a list", """data: [{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}]""", "503/UNAVAILABLE/"),
        Frame("an error in a choice", """data: {"choices":[{"index":0,"error":{"code":502,"message":"m"},"finish_reason":"error"}]}""", "502//"),
        Frame("a choice that stopped with an error, without details", """data: {"choices":[{"index":0,"text":"","finish_reason":"error"}]}""", "//"),
        Frame("an error as a line with the field name error", """error: {"code":"c","message":"m","type":"t"}""", "c/t/"),
        Frame("an error as a line of JSON", """{"error":{"code":"c","message":"m"}}""", "c//"),
        Frame("an error as JSON on several lines", "{\n  \"error\": {\n    \"code\": \"c\"\n  }\n}", "c//"),
        Unfinished("an error object in an incomplete event", """data: {"error":{"message":"m","code":"c"}}""", "c//"),
        Unfinished("a line of JSON that is an error, without a line end", """{"error":{"message":"m","code":"c"}}""", "c//"),
        Stream("sends chunks whose error is null", Events("""{"error":null,"choices":[{"index":0,"text":"x","finish_reason":"stop"}]}""", Done)) with { Group = "Errors in the stream", Chunks = 1 },
    ];

    private static Fault[] Malformed =>
    [
        Broken("broken JSON", "data: {\"choices\":[{]}"),
        Broken("two payloads in one event", $"data: {Hello}{Hello}"),
        Broken("[DONE] followed by other text", "data: [DONE]x"),
        Broken("[DONE] after two spaces", "data:  [DONE]"),
        Broken("a JSON array", "data: [1]"),
        Broken("a JSON number", "data: 1"),
        Broken("JSON 300 levels deep", "data: " + new string('[', 300) + new string(']', 300)),
        (Stream("sends an event larger than the limit", Events(Hello, "\"" + new string('x', 2000) + "\"")) with
        {
            Group = "Malformed events", Chunks = 1, Setting = "MaxEventBytes 1000", Set = options => options.MaxEventBytes = 1000,
        }).Raises<EventTooLargeException>().After(Fault.Closed, Fault.Kept).Then(reply => reply.Stall()),
        Odd("events with empty data", $"data:\n\nevent: ping\ndata:\n\n{Good}", 2),
        Odd("blocks with no data", $"event: ping\n\nid: 7\n\nretry: 10\n\n{Good}", 2),
        Odd("events with unknown names", $"event: ping\ndata: {{\"type\":\"ping\"}}\n\n{Good}", 3),
        Odd("events with unknown names that do not contain an object", $"event: ping\ndata: ping\n\nevent: time\ndata: 12\n\nevent: list\ndata: [1]\n\n{Good}", 2),
        Odd("lines of JSON that are not errors", $"{Events(Hello)}{{\"a\":1}}\n\n{Good}", 3),
        Odd("keep-alive comments between and inside events", $": a\n\n: b\ndata: {Hello}\n: c\n\n{Good}", 3),
        Odd("a byte order mark and CR line ends", "\uFEFF" + Good.Replace('\n', '\r'), 2),
        Odd("chunks without choices or text", Events("""{"choices":[]}""", """{"choices":[{"index":0}]}""") + Good, 4),
    ];

    private static Fault[] Bodies =>
    [
        Body("a whole completion", "application/json", """{"choices":[{"index":0,"text":"whole","finish_reason":"stop"}]}""") with { Chunks = 1 },
        Body("a whole completion over several lines", "application/json", "\n{\r\n\"choices\":[\n{\"index\":0,\"text\":\"whole\"}\n]}\n") with { Chunks = 1 },
        Body("an error object", "application/json", """{"error":{"message":"m","code":"c"}}""").Raises<ApiException>() with { Details = "c//" },
        Body("another JSON object", "application/json", """{"status":"ok"}""").Raises<ResponseFormatException>(),
        Body("broken JSON", "application/json", """{"choices":[""").Raises<ResponseFormatException>(),
        Body("nothing", "application/json", "").Raises<StreamEndedEarlyException>(StreamEnd.EndOfBody),
        Body("a web page", "text/html", "<!doctype html><h1>Sign in</h1>").Raises<ResponseFormatException>(),
        Body("events", "text/html", Good) with { Chunks = 2 },
        Body("events", "audio/mpeg", Good) with { Chunks = 2 },
        Body("a whole completion", "text/html", """{"choices":[{"index":0,"text":"whole"}]}""") with { Chunks = 1 },
        Body("an error object in a list", "application/json", """[{"error":{"message":"m","code":"c"}}]""").Raises<ApiException>() with { Details = "c//" },
        Body("a web page", "text/event-stream", "<!doctype html><h1>Sign in</h1>").Raises<ResponseFormatException>(),
        Body("an error object", "text/event-stream", """{"error":{"message":"m"}}""").Raises<ApiException>(),
        Body("a whole completion", "text/event-stream", """ {"choices":[{"index":0,"text":"whole"}]}""") with { Chunks = 1 },
        Body("events", null, Good) with { Chunks = 2 },
        Body("a whole completion", null, """{"choices":[{"index":0,"text":"whole"}]}""") with { Chunks = 1 },
        Body("events", "text/plain", Good) with { Chunks = 2 },
        Body("events", "application/octet-stream", Good) with { Chunks = 2 },
        Body("prose", "text/plain", "The service is being maintained.").Raises<ResponseFormatException>(),
        Body("prose", "text/event-stream", "The service is being maintained.").Raises<ResponseFormatException>(),
        Body("an image", "image/png", "\u0089PNG").Raises<ResponseFormatException>(),
        Body("events", "text/event-stream; charset=iso-8859-1", Good) with { Chunks = 2 },
        Body("events", "text/event-stream; charset=\"no such\"", Good) with { Chunks = 2 },
        Body("events", "TEXT/EVENT-STREAM", Good) with { Chunks = 2 },
        Packed("events compressed with gzip", "gzip", Gzip(Good)) with { Chunks = 2 },
#if NETSTANDARD_BUILD
        Packed("events compressed with Brotli", "br", Brotli(Good)).Then(reply => reply.Stall()).Raises<ResponseFormatException>().After(Fault.Closed, Fault.Kept),
#else
        Packed("events compressed with Brotli", "br", Brotli(Good)) with { Chunks = 2 },
#endif
        Packed("events compressed in an unknown way", "zstd", Gzip(Good)).Then(reply => reply.Stall()).Raises<ResponseFormatException>().After(Fault.Closed, Fault.Kept),
        Packed("events that are not compressed as declared", "gzip", Encoding.UTF8.GetBytes(Good)).Then(reply => reply.Stall()).Raises<ResponseFormatException>().After(Fault.Closed, Fault.Kept),
        new Fault("Bodies", "answers 204 with nothing", new Reply().Status(204)).Raises<StreamEndedEarlyException>(StreamEnd.EndOfBody),
    ];

    private static Fault Stream(string does, string body) =>
        new("Ends", does, body.Length == 0 ? EventStream.Flush() : EventStream.Send(body));

    private static Fault Cut(string does, string body, int chunks, Func<Reply, Reply> cut, StreamEnd end = StreamEnd.BodyCut) =>
        (new Fault("Cut off", does, cut(body.Length == 0 ? EventStream : EventStream.Send(body).WaitFor(Fault.Seen))) with { Chunks = chunks })
            .Raises<StreamEndedEarlyException>(end, StreamEnd.StreamReset).After(Fault.Closed, Fault.Kept);

    private static Fault Frame(string what, string frame, string details) =>
        (new Fault("Errors in the stream", "sends " + what, EventStream.Send(Events(Hello) + frame + "\n\n").Stall()) with { Chunks = 1, Details = details })
            .Raises<ApiException>().After(Fault.Closed, Fault.Kept);

    private static Fault Unfinished(string what, string tail, string details) =>
        (new Fault("Errors in the stream", $"ends normally after {what}", EventStream.Send(Events(Hello) + tail)) with { Chunks = 1, Details = details }).Raises<ApiException>();

    private static Fault Broken(string what, string frame) =>
        (new Fault("Malformed events", "sends " + what, EventStream.Send(Events(Hello) + frame + "\n\n").Stall()) with { Chunks = 1 })
            .Raises<ResponseFormatException>().After(Fault.Closed, Fault.Kept);

    private static Fault Odd(string what, string body, int chunks) =>
        new Fault("Malformed events", "sends " + what, EventStream.Send(body)) with { Chunks = chunks };

    private static Fault Body(string what, string? type, string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        var reply = type is null ? new Reply() : new Reply().Header("Content-Type", type);
        return new Fault("Bodies", $"answers 200 with {what} {(type is null ? "and no type" : "as " + type)}", reply.ContentLength(bytes.Length).Send(bytes));
    }

    private static Fault Packed(string what, string encoding, byte[] body) =>
        new("Bodies", $"answers with {what}", EventStream.Header("Content-Encoding", encoding).Send(body));

    private static Reply EventStream => new Reply().Header("Content-Type", "text/event-stream");

    private static string Events(params string[] payloads) => string.Concat(payloads.Select(data => $"data: {data}\n\n"));

    private static byte[] Gzip(string text) => Pack(text, target => new GZipStream(target, CompressionLevel.Fastest));

    private static byte[] Brotli(string text) => Pack(text, target => new BrotliStream(target, CompressionLevel.Fastest));

    private static byte[] Pack(string text, Func<Stream, Stream> pack)
    {
        var target = new MemoryStream();
        using (var packing = pack(target))
        {
            packing.Write(Encoding.UTF8.GetBytes(text));
        }

        return target.ToArray();
    }

    private static Fault Then(this Fault fault, Func<Reply, Reply> next) => fault with { Reply = next(fault.Reply) };
}
