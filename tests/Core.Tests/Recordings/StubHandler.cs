using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace OpenAIStream.Tests.Recordings;

/// <summary>A fake network: it answers with these pieces, with pauses between them.</summary>
internal sealed class StubHandler(FakeTimeProvider clock, byte[][] pieces, TimeSpan pause = default, Exception? end = null) : HttpMessageHandler
{
    public Action<HttpResponseMessage>? Set { get; init; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new PieceStream(clock, pieces, pause, end)) };
        Set?.Invoke(response);
        return Task.FromResult(response);
    }

    /// <summary>What a recording handler returns for a request, read with buffers of this size.</summary>
    public static async Task<byte[]> ReadAsync(HttpMessageHandler handler, HttpRequestMessage request, int buffer = 4096, List<int>? sizes = null)
    {
        using var invoker = new HttpMessageInvoker(handler);
        using var response = await invoker.SendAsync(request, CancellationToken.None);
        using var body = await response.Content.ReadAsStreamAsync();
        using var read = new MemoryStream();
        byte[] bytes = new byte[buffer];
        int count;
        while ((count = await body.ReadAsync(bytes)) > 0)
        {
            read.Write(bytes, 0, count);
            sizes?.Add(count);
        }

        return read.ToArray();
    }

    private sealed class PieceStream(FakeTimeProvider clock, byte[][] pieces, TimeSpan pause, Exception? end) : MemoryStream
    {
        private int _next;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            clock.Advance(pause);
            if (_next == pieces.Length)
            {
                return end is null ? new(0) : throw end;
            }

            pieces[_next].CopyTo(buffer);
            return new(pieces[_next++].Length);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }
}
