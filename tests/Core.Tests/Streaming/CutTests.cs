using System.Net;
using System.Net.Sockets;
using System.Text;
#if !NETSTANDARD_BUILD
using OpenAIStream.Loopback;
#endif
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>One response, cut at every byte: it never hangs, never ends in false success, and delivers each whole event.</summary>
public class CutTests
{
    private const string Finish = """data: {"id":"cmpl-1","choices":[{"index":0,"text":"!","finish_reason":"stop"}]}""" + "\n\n";
    private const string Sentinel = "data: [DONE]\n\n";

    private static readonly string[] Pieces =
    [
        ": welcome\n\n",
        """data: {"id":"cmpl-1","object":"text_completion","choices":[{"index":0,"text":"Grüße","finish_reason":null}]}""" + "\n\n",
        "event: completion\r\ndata: {\"id\":\"cmpl-1\",\r\ndata: \"choices\":[{\"index\":0,\"text\":\", world\",\"finish_reason\":null}]}\r\n\r\n",
        Finish,
        Sentinel,
    ];

    public enum Framing
    {
        Chunked,
        ContentLength,
        UntilClosed,
    }

    [Theory]
    [InlineData(Framing.Chunked)]
    [InlineData(Framing.ContentLength)]
    [InlineData(Framing.UntilClosed)]
    public async Task A_response_over_HTTP_1_1_cut_at_any_byte_is_never_taken_for_complete(Framing framing)
    {
        var (response, eventEnds) = Response(framing);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = Client(new Uri($"http://{listener.LocalEndpoint}/"), options => options.MaximumRetryCount = 0);
        for (int length = 0; length <= response.Length; length++)
        {
            foreach (bool isReset in new[] { false, true })
            {
                var serving = ServeAsync(listener, response, length, isReset);
                var (chunks, error) = await ReadAsync(client).WaitAsync(TimeSpan.FromSeconds(10), TestStop);
                await serving;
                string what = $"{framing}, {(isReset ? "reset" : "closed")} after {length} of {response.Length} bytes: {chunks} chunks, {error?.GetType().Name ?? "complete"}";

                // Without a length or chunks, an orderly end after the finish reason is accepted.
                bool mayBeComplete = length >= eventEnds[framing == Framing.UntilClosed ? 2 : 3];
                Assert.True(error is null ? mayBeComplete : error is ApiConnectionException && (isReset || !mayBeComplete || length < eventEnds[3]), what);
                if (!isReset)
                {
                    Assert.True(chunks == eventEnds.Take(3).Count(end => end <= length), what);
                }
            }
        }
    }

#if !NETSTANDARD_BUILD
    [Fact]
    public async Task A_response_over_HTTP_2_cut_at_any_byte_is_never_taken_for_complete()
    {
        byte[] body = Encoding.UTF8.GetBytes(string.Concat(Pieces));
        await using var server = await LoopbackServer.StartAsync();
        using var client = Client(server.Http2, options => (options.HttpVersion, options.MaximumRetryCount) = (Http.Setup.Http2, 0));
        for (int length = 0; length < body.Length; length++)
        {
            server.Default = new Reply().Header("Content-Type", "text/event-stream").Flush().Send(body[..length]).Cut();
            var (chunks, error) = await ReadAsync(client).WaitAsync(TimeSpan.FromSeconds(10), TestStop);
            Assert.True(error is StreamEndedEarlyException, $"cut after {length} of {body.Length} bytes: {chunks} chunks, {error?.ToString() ?? "complete"}");
        }
    }
#endif

    private static async Task<(int Chunks, Exception? Error)> ReadAsync(OpenAIClient client)
    {
        int chunks = 0;
        try
        {
            using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
            while (await stream.MoveNextAsync())
            {
                chunks++;
            }

            return (chunks, null);
        }
        catch (Exception exception)
        {
            return (chunks, exception);
        }
    }

    /// <summary>The bytes of the response, and the positions where the three chunks and the sentinel are complete.</summary>
    private static (byte[] Bytes, int[] EventEnds) Response(Framing framing)
    {
        var bytes = new MemoryStream();
        var ends = new List<int>();
        int length = Pieces.Sum(Encoding.UTF8.GetByteCount);
        string header = framing switch
        {
            Framing.Chunked => "Transfer-Encoding: chunked",
            Framing.ContentLength => $"Content-Length: {length}",
            _ => "Connection: close",
        };
        Write($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n{header}\r\n\r\n");
        foreach (string piece in Pieces)
        {
            Write(framing == Framing.Chunked ? $"{Encoding.UTF8.GetByteCount(piece):x}\r\n{piece}" : piece);

            // A chunked piece is returned before its own line end; the event's last LF counts, but CR LF ends with the CR.
            ends.Add((int)bytes.Length - (piece.EndsWith("\r\n", StringComparison.Ordinal) ? 1 : 0));
            Write(framing == Framing.Chunked ? "\r\n" : "");
        }

        Write(framing == Framing.Chunked ? "0\r\n\r\n" : "");
        return (bytes.ToArray(), [.. ends.Skip(1)]);

        void Write(string text) => bytes.Write(Encoding.UTF8.GetBytes(text));
    }

    private static async Task ServeAsync(TcpListener listener, byte[] response, int length, bool isReset)
    {
        using var socket = await listener.AcceptSocketAsync(TestStop);
        byte[] buffer = new byte[4096];
        string request = "";
        while (!request.EndsWith('}'))
        {
            request += Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, TestStop));
        }

        await socket.SendAsync(response.AsMemory(0, length), SocketFlags.None, TestStop);
        if (isReset)
        {
            socket.LingerState = new LingerOption(true, 0);
            return;
        }

        socket.Shutdown(SocketShutdown.Send);
        if (length == response.Length)
        {
            return; // the client keeps the connection until it checks its pool
        }

        try
        {
            while (await socket.ReceiveAsync(buffer, TestStop) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // How the client closes it.
        }
    }
}
