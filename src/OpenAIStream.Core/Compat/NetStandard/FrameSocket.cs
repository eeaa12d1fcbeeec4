using System.Net.WebSockets;

namespace OpenAIStream;

/// <summary>The frames of a WebSocket, here for .NET Standard 2.0: of ClientWebSocket, which keeps pings to itself.</summary>
internal sealed class FrameSocket(ClientWebSocket socket) : IDisposable
{
    /// <summary>The headers that it was opened with; here they are not known.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; } = [];

    /// <summary>Told whenever anything has come; here only its reader knows.</summary>
    public Action? OnHeard { get; set; }

    /// <summary>Whether it can be written to, as far as is known.</summary>
    public bool IsOpen => socket.State == WebSocketState.Open;

    /// <summary>The code that the server has closed it with; 1000 where it said none.</summary>
    public int? CloseCode => (int?)socket.CloseStatus;

    /// <summary>What the server said with it.</summary>
    public string? CloseReason => socket.CloseStatusDescription;

    /// <summary>What of a message has come already; here nobody knows.</summary>
    public bool TryRead(ArraySegment<byte> into, out ReceivedFrame read)
    {
        _ = (socket, into);
        read = default;
        return false;
    }

    /// <summary>Reads the next piece of a message.</summary>
    public async ValueTask<ReceivedFrame> ReadAsync(ArraySegment<byte> into)
    {
        var received = await socket.ReceiveAsync(into, CancellationToken.None).ConfigureAwait(false);
        return new ReceivedFrame(received.Count, received.EndOfMessage, received.MessageType == WebSocketMessageType.Close);
    }

    /// <summary>Writes a piece of a message.</summary>
    public Task SendAsync(ArraySegment<byte> piece, bool isFirst, bool isLast, CancellationToken stop)
    {
        _ = isFirst;
        return socket.SendAsync(piece, WebSocketMessageType.Text, isLast, stop);
    }

    /// <summary>Tells the server that no more comes.</summary>
    public Task CloseAsync(CancellationToken stop) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", stop);

    public void Dispose()
    {
        socket.Abort();
        socket.Dispose();
    }
}
