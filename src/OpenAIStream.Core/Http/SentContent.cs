using System.Net;
using System.Net.Http.Headers;

namespace OpenAIStream;

/// <summary>The body of a request while it is sent: each piece that the network accepts restarts the operation timeout.</summary>
internal sealed class SentContent : HttpContent
{
    private const int BufferSize = 64 * 1024;
    private const long TellEvery = 1024 * 1024;

    private readonly Call _call;
    private readonly CancellationToken _stop;
    private readonly Action<CallEvent>? _tell;

    /// <param name="body">The body.</param>
    /// <param name="call">The call, in the attempt that sends it.</param>
    /// <param name="tell">Called with the progress, at every megabyte.</param>
    public SentContent(RequestBody body, Call call, Action<CallEvent>? tell)
    {
        Body = body;
        _call = call;
        _stop = call.Token;
        _tell = tell;
        Headers.ContentType = body.ContentType is string type ? MediaTypeHeaderValue.Parse(type) : null;
    }

    public RequestBody Body { get; }

    /// <summary>Whether the connection is established, and sending has started.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Called once the connection is established.</summary>
    public Action? Connected { get; set; }

    /// <summary>Called if another connection has to be established after all.</summary>
    public Action? Connecting { get; set; }

    /// <summary>The bytes of a body, without counting it as sent: only the network does that.</summary>
    public static Task<byte[]> ReadAsync(HttpContent content) => content is SentContent sent ? sent.Body.ReadAllAsync() : content.ReadAsByteArrayAsync();

    /// <summary>Records that the connection is established, and sending starts.</summary>
    public void Begin()
    {
        HasBegun = true;
        Connected?.Invoke();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        Begin();
        return Body.Content is byte[] whole ? stream.WriteAsync(whole, 0, whole.Length, _stop) : WritePiecesAsync(stream);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = Body.Length ?? 0;
        return Body.Length is not null;
    }

    private async Task WritePiecesAsync(Stream stream)
    {
        byte[] buffer = new byte[BufferSize];
        long sent = 0;
        long told = 0;
        foreach (var piece in Body.Open())
        {
            using (piece)
            {
                int count;
                while ((count = await piece.ReadAsync(buffer.AsMemory(), _stop).ConfigureAwait(false)) > 0)
                {
                    await stream.WriteAsync(buffer.AsMemory(0, count), _stop).ConfigureAwait(false);
                    _call.Heard();
                    sent += count;
                    if (sent - told >= TellEvery)
                    {
                        told = sent;
                        _tell?.Invoke(new BodySending(sent, Body.Length));
                    }
                }
            }
        }
    }
}
