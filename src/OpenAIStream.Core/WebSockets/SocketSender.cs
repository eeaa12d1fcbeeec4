using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>The only writer of a socket. It sends one message at a time.</summary>
/// <param name="socket">The socket.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "The semaphore has no handle as long as nobody asks for one.")]
internal sealed class SocketSender(FrameSocket socket)
{
    private const int PieceSize = 1024 * 1024; // a long request is sent in pieces, so that a pong need not wait for all of it
    private static readonly TimeSpan LongestClose = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _sending = new(1);

    /// <summary>Sends a message of an exchange. False if the socket was closed before any of it was written.</summary>
    /// <param name="message">The message.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="begin">Called directly before any of it is written.</param>
    /// <param name="stop">Cancels sending.</param>
    public async Task<bool> SendAsync(byte[] message, SocketExchange exchange, Action begin, CancellationToken stop)
    {
        await _sending.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            stop.ThrowIfCancellationRequested();
            if (!socket.IsOpen)
            {
                return false;
            }

            begin();
            int at = 0;
            do
            {
                int count = Math.Min(PieceSize, message.Length - at);
                var piece = new ArraySegment<byte>(message, at, count);
                at += count;
                await socket.SendAsync(piece, isFirst: at == count, isLast: at == message.Length, stop).ConfigureAwait(false);
                exchange.Call?.Heard(); // sending continues, so the operation timeout restarts
            }
            while (at < message.Length);
            return true;
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Tells the server that the socket is closing. Errors are ignored.</summary>
    public async Task CloseAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(LongestClose);
            await _sending.WaitAsync(limit.Token).ConfigureAwait(false);
            try
            {
                await socket.CloseAsync(limit.Token).ConfigureAwait(false);
            }
            finally
            {
                _sending.Release(); // a waiting sender finds the socket closed
            }
        }
        catch (Exception)
        {
            // The caller closes the connection anyway.
        }
    }
}
