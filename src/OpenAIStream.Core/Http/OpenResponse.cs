using System.Text;

namespace OpenAIStream;

/// <summary>A response whose body is still coming: its headers, the open body, and the call it belongs to.</summary>
internal sealed class OpenResponse(HttpResponseMessage message, Stream body, Call call) : IDisposable
{
    // What a server may still send after the sentinel, and how long it may take, for the connection to be used again.
    private const int MostDrainedBytes = 64 * 1024;
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DrainGrace = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenRegistration _closeOnStop = Compat.CloseOnStop(message, call.Token);
    private int _closed;

    public Stream Body { get; } = body;

    public Call Call { get; } = call;

    public int StatusCode { get; } = (int)message.StatusCode;

    public string? RequestId { get; } = ResponseHeaders.RequestId(message);

    public IReadOnlyDictionary<string, string> Headers => ResponseHeaders.All(message);

    /// <summary>Takes a response as an event stream. A whole answer in JSON is a stream of one event.</summary>
    /// <exception cref="ResponseFormatException">It is neither.</exception>
    public static async Task<OpenResponse> OpenAsync(HttpResponseMessage message, Call call)
    {
        string? mediaType = message.Content.Headers.ContentType?.MediaType?.ToLowerInvariant();
        switch (mediaType)
        {
            // Some servers forget the type or call it plain text; the framing tells soon enough.
            case null or "text/event-stream" or "text/plain" or "application/octet-stream":
                var body = await ResponseBody.OpenAsync(message, call.Token).ConfigureAwait(false);
                return new OpenResponse(message, body, call);
            case "application/json":
                byte[] json = await ResponseBody.ReadAsync(message, int.MaxValue, call).ConfigureAwait(false);
                return new OpenResponse(message, AsEventStream(json), call);
            default:
                string text = await ResponseBody.ReadTextAsync(message, 2000, call).ConfigureAwait(false);
                throw new ResponseFormatException(
                    $"The answer is no event stream but {mediaType}. Does the address lead to the API? It begins: {Beginning(text)}")
                { Body = text, RequestId = ResponseHeaders.RequestId(message) };
        }
    }

    /// <summary>Closes the connection, unless its response has been read to the end.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            Call.Cancel(); // ends a read that waits
            Body.Dispose();
            message.Dispose();
            _closeOnStop.Dispose();
            Call.Dispose();
        }
    }

    /// <summary>
    /// Reads on to the end of the body, so that the connection can be used again. The next request finds it ready when the
    /// end comes within the grace, as it nearly always does; after that the caller goes on and the rest is read behind him.
    /// </summary>
    public void Drain()
    {
        var drained = DrainAsync();
        if (!drained.IsCompleted)
        {
            drained.Wait(DrainGrace);
        }
    }

    private async Task DrainAsync()
    {
        using var limit = new CancellationTokenSource(LongestDrain);
        byte[] rest = new byte[4096];
        try
        {
            int count;
            int total = 0;
            do
            {
                count = await Body.ReadSegmentAsync(new ArraySegment<byte>(rest), limit.Token).ConfigureAwait(false);
                total += count;
            }
            while (count > 0 && total < MostDrainedBytes);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or HttpRequestException or ObjectDisposedException or InvalidDataException)
        {
            // The answer is complete; a connection that ends badly after it is not used again, and that is all.
        }
        finally
        {
            Dispose();
        }
    }

    private static MemoryStream AsEventStream(byte[] json)
    {
        // A line break in JSON is white space wherever it may stand.
        string line = Encoding.UTF8.GetString(json).Replace('\r', ' ').Replace('\n', ' ');
        return new MemoryStream(Encoding.UTF8.GetBytes($"data: {line}\n\ndata: [DONE]\n\n"));
    }

    private static string Beginning(string text)
    {
        string line = text.Trim().Replace('\r', ' ').Replace('\n', ' ');
        return line.Length <= 100 ? line : line.Substring(0, 100) + "...";
    }
}
