using System.Text;

namespace OpenAIStream;

/// <summary>A response whose body is still coming: its headers, the open body, and the call it belongs to.</summary>
internal sealed class OpenResponse : IDisposable
{
    // What a server may still send after the sentinel, and how long it may take, for the connection to be used again.
    private const int MostDrainedBytes = 64 * 1024;
    private const int MostQuotedBytes = 2000;
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(1);

    private readonly HttpResponseMessage _message;
    private readonly CancellationTokenRegistration _closeOnStop;
    private Stream _body;
    private bool _isJudged;
    private int _closed;

    private OpenResponse(HttpResponseMessage message, Stream body, Call call)
    {
        _message = message;
        _body = body;
        Call = call;
        StatusCode = (int)message.StatusCode;
        RequestId = ResponseHeaders.RequestId(message, call.Secrets);
        Headers = ResponseHeaders.All(message);

        // A cancelled read closes the connection by itself; this is for a cancellation between two reads.
        _closeOnStop = call.Token.Register(static response => ((OpenResponse)response!).Close(), this);
    }

    public Call Call { get; }

    public int StatusCode { get; }

    public string? RequestId { get; }

    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>Whether the body declares to be an event stream.</summary>
    public bool IsEventStream => MediaType(_message) == "text/event-stream";

    /// <summary>Whether the body has turned out to be JSON: a whole answer instead of a stream of its parts.</summary>
    public bool IsWholeAnswer { get; private set; }

    /// <summary>Takes a response as an event stream. A whole answer in JSON is a stream of one event.</summary>
    /// <exception cref="ResponseFormatException">It is neither.</exception>
    public static async Task<OpenResponse> OpenAsync(HttpResponseMessage message, Call call)
    {
        switch (MediaType(message))
        {
            // Some servers forget the type, or take a wrong one; the first byte tells.
            case null or "" or "text/event-stream" or "text/plain" or "application/octet-stream" or "application/json" or "application/problem+json":
                var body = await ResponseBody.OpenAsync(message, call, call.Token).ConfigureAwait(false);
                return new OpenResponse(message, body, call);
            default:
                byte[] start = await ResponseBody.ReadAsync(message, MostQuotedBytes, call).ConfigureAwait(false);
                throw No("event stream", message, start, call);
        }
    }

    /// <summary>Takes a response as bytes of another kind than text that speaks of an error.</summary>
    /// <exception cref="ApiException">It is an error, or text.</exception>
    public static async Task<OpenResponse> OpenBodyAsync(HttpResponseMessage message, Call call)
    {
        if (MediaType(message) is "application/json" or "text/html" or "text/event-stream")
        {
            bool mayBeError = MediaType(message) == "application/json";
            byte[] start = await ResponseBody.ReadAsync(message, mayBeError ? int.MaxValue : MostQuotedBytes, call).ConfigureAwait(false);
            if (mayBeError)
            {
                WholeAnswer.Read<JsonMap>(start, message, call.Secrets);
            }

            throw No("file", message, start, call);
        }

        var body = await ResponseBody.OpenAsync(message, call, call.Token).ConfigureAwait(false);
        return new OpenResponse(message, body, call) { _isJudged = true };
    }

    /// <summary>The next bytes of the body; 0 at its end.</summary>
    public ValueTask<int> ReadAsync(ArraySegment<byte> into) => _body.ReadSegmentAsync(into, Call.Token);

    /// <summary>What was read, as an event stream: as long as it may be none, its first character is looked for.</summary>
    /// <exception cref="ResponseFormatException">It is none.</exception>
    public ValueTask<int> JudgeAsync(ArraySegment<byte> read, int count)
    {
        // No line of an event stream that means anything begins like JSON or HTML.
        char? first = _isJudged ? null : FirstCharacter(read.AsSpan(0, count));
        _isJudged |= first is not null;
        return first is '{' or '[' or '<' ? new ValueTask<int>(TakeOtherAsync(first is '<', read, count)) : new ValueTask<int>(count);
    }

    /// <summary>Closes the connection, unless its response has been read to the end.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            Call.Dispose(); // closes, like every other end of the call
            _closeOnStop.Dispose();
            Close();
        }
    }

    /// <summary>Reads on to the end of the body, within bounds, so that the connection can be used again.</summary>
    public async Task DrainAsync()
    {
        // Real time, whatever clock the options give: this is about the connection, not about the call.
        using var limit = new CancellationTokenSource(LongestDrain);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, Call.Token);
        byte[] rest = new byte[4096];
        try
        {
            // Below any unpacking: BrotliStream stops at its own end, before the body's.
            var body = await _message.Content.ReadBodyAsync(stop.Token).ConfigureAwait(false);
            int count;
            int total = 0;
            do
            {
                count = await body.ReadSegmentAsync(new ArraySegment<byte>(rest), stop.Token).ConfigureAwait(false);
                total += count;
            }
            while (count > 0 && total < MostDrainedBytes);
        }
        catch (Exception)
        {
            // The answer is complete; a connection that ends badly after it is not used again, and that is all.
        }
        finally
        {
            Dispose();
        }
    }

    private void Close()
    {
        Compat.BreakOff(_body);
        _body.Dispose();
        _message.Dispose();
    }

    /// <summary>JSON is taken as an event stream of one event, HTML not at all.</summary>
    private async Task<int> TakeOtherAsync(bool isHtml, ArraySegment<byte> read, int count)
    {
        byte[] bytes = await ReadWithRestAsync(read, count, isHtml ? MostQuotedBytes : int.MaxValue).ConfigureAwait(false);
        if (isHtml)
        {
            throw No("event stream", _message, bytes, Call);
        }

        IsWholeAnswer = true;
        _body = AsEventStream(bytes);
        return _body.Read(read.Array!, read.Offset, read.Count);
    }

    private async Task<byte[]> ReadWithRestAsync(ArraySegment<byte> start, int count, int limit)
    {
        using var bytes = new MemoryStream();
        bytes.Write(start.Array!, start.Offset, count);
        await ResponseBody.CopyAsync(_body, bytes, limit, Call, Call.Token).ConfigureAwait(false);
        return bytes.ToArray();
    }

    private static char? FirstCharacter(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        foreach (byte b in bytes.StartsWith(mark) ? bytes.Slice(mark.Length) : bytes)
        {
            if (b is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                return (char)b;
            }
        }

        return null;
    }

    private static MemoryStream AsEventStream(byte[] json)
    {
        // A line break in JSON is white space wherever it may stand. The blank line first: white space was read before.
        string line = Encoding.UTF8.GetString(json).TrimStart('\uFEFF').Replace('\r', ' ').Replace('\n', ' ');
        return new MemoryStream(Encoding.UTF8.GetBytes($"\n\ndata: {line}\n\ndata: [DONE]\n\n"));
    }

    private static ResponseFormatException No(string wanted, HttpResponseMessage message, byte[] start, Call call)
    {
        string text = call.Secrets.Hide(Encoding.UTF8.GetString(start))!;
        string type = MediaType(message) is { Length: > 0 } declared ? declared : "without a declared type";
        return new ResponseFormatException($"The answer is no {wanted} but {type}. Does the address lead to the API? It begins: {Beginning(text)}")
        {
            Body = text,
            RequestId = ResponseHeaders.RequestId(message, call.Secrets),
        };
    }

    private static string? MediaType(HttpResponseMessage message) => message.Content.Headers.ContentType?.MediaType?.ToLowerInvariant();

    private static string Beginning(string text)
    {
        string line = text.Trim().Replace('\r', ' ').Replace('\n', ' ');
        return line.Length switch
        {
            0 => "(nothing)",
            <= 100 => line,
            _ => line.Substring(0, 100) + "...",
        };
    }
}
