using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace OpenAIStream.Loopback;

/// <summary>What the server does with one request. Each call returns a new reply, so a reply can be the start of others.</summary>
public sealed record Reply
{
    /// <summary>The request method this reply is for; null for any.</summary>
    public string? Method { get; private init; }

    /// <summary>The path this reply is for, with or without its query; null for any.</summary>
    public string? Path { get; private init; }

    /// <summary>How many requests a queued reply serves.</summary>
    public int Uses { get; private init; } = 1;

    public int StatusCode { get; private init; } = 200;

    public ImmutableList<KeyValuePair<string, string>> Headers { get; private init; } = [];

    internal long? DeclaredLength { get; private init; }

    internal ImmutableList<Step> Steps { get; private init; } = [];

    /// <summary>A 200 event stream; each payload is one <c>data:</c> event, flushed separately.</summary>
    public static Reply Sse(params string[] dataPayloads)
    {
        var events = dataPayloads.Select(data => AllAtOnce(Encoding.UTF8.GetBytes($"data: {data}\n\n")));
        return EventStream() with { Steps = [.. events] };
    }

    /// <summary>A whole JSON answer with its Content-Length.</summary>
    public static Reply Json(int status, string body) => new Reply()
        .Status(status)
        .Header("Content-Type", "application/json")
        .ContentLength(Encoding.UTF8.GetByteCount(body))
        .Send(body);

    /// <summary>Limits the reply to requests of this method and path; null matches any.</summary>
    public Reply For(string? method, string? path) => this with { Method = method, Path = path };

    public Reply Times(int requests)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(requests, 1);
        return this with { Uses = requests };
    }

    public Reply Status(int code) => this with { StatusCode = code };

    /// <summary>Adds a header; a name given twice is sent twice. <c>Content-Length</c> is the same as <see cref="ContentLength"/>.</summary>
    public Reply Header(string name, string value) =>
        name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
            ? ContentLength(long.Parse(value, CultureInfo.InvariantCulture))
            : this with { Headers = Headers.Add(new(name, value)) };

    /// <summary>Declares a length instead of chunking. A shorter body is cut off.</summary>
    public Reply ContentLength(long bytes) => this with { DeclaredLength = bytes };

    public Reply Send(string text) => Send(Encoding.UTF8.GetBytes(text));

    public Reply Send(byte[] bytes) => Then(AllAtOnce(bytes));

    /// <summary>Sends a file, read now, in flushed pieces; 0 sends it in one piece.</summary>
    public Reply SendFile(string path, int pieceBytes = 0, int delayMilliseconds = 0) =>
        Then(new SendStep(File.ReadAllBytes(path), pieceBytes, delayMilliseconds));

    /// <summary>An SSE comment, as servers send to keep a connection open.</summary>
    public Reply Comment(string text) => Send($": {text}\n\n");

    /// <summary>Sends the headers and any unsent bytes.</summary>
    public Reply Flush() => Then(new FlushStep());

    public Reply Delay(int milliseconds) => Then(new DelayStep(milliseconds));

    /// <summary>Waits until <see cref="LoopbackServer.Signal"/> is called with this name; each call releases one wait.</summary>
    public Reply WaitFor(string signalName) => Then(new WaitForStep(signalName));

    /// <summary>Waits until the client leaves or the server is disposed.</summary>
    public Reply Stall() => Then(new StallStep());

    /// <summary>Ends within the body: a plain FIN over HTTP/1.1, RST_STREAM INTERNAL_ERROR over HTTP/2.</summary>
    public Reply Cut() => Then(new CutStep());

    /// <summary>Resets the TCP connection, whatever the protocol.</summary>
    public Reply Reset() => Then(new ResetStep());

    /// <summary>Announces the end of the connection (GOAWAY, or Connection: close); it closes after this reply.</summary>
    public Reply GoAway() => Then(new GoAwayStep());

    /// <summary>Only on a socket: a text in this many fragments.</summary>
    public Reply Fragments(params string[] fragments) => Wire(
        [.. fragments.SelectMany((text, at) => SocketWire.Frame(at == 0 ? SocketWire.Text : SocketWire.Continuation, Encoding.UTF8.GetBytes(text), at == fragments.Length - 1))]);

    /// <summary>Only on a socket: a ping.</summary>
    public Reply Ping(string text = "") => Wire(SocketWire.Frame(SocketWire.Ping, Encoding.UTF8.GetBytes(text)));

    /// <summary>Only on a socket: closes it with a code; 0 means none.</summary>
    public Reply Close(int code, string reason = "") => Wire(SocketWire.CloseFrame(code, reason), isOver: true);

    /// <summary>Only on a socket: raw bytes below its frames.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="isOver">Whether they end the response or the socket.</param>
    public Reply Wire(byte[] bytes, bool isOver = false) => Then(new WireStep(bytes, isOver));

    /// <summary>Only on a socket: a frame that declares more bytes than it has.</summary>
    public Reply HalfFrame(string text) => Wire(SocketWire.Frame(SocketWire.Text, Encoding.UTF8.GetBytes(text))[..^(text.Length / 2)]);

    internal bool Matches(string method, string pathAndQuery)
    {
        if (Method is not null && !Method.Equals(method, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        return Path is null || Path == pathAndQuery || Path == pathAndQuery.Split('?')[0];
    }

    private static Reply EventStream() => new Reply().Header("Content-Type", "text/event-stream");

    private static SendStep AllAtOnce(byte[] bytes) => new(bytes, 0, 0);

    private Reply Then(Step step) => this with { Steps = Steps.Add(step) };
}
