using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace OpenAIStream.Loopback;

/// <summary>Plays the steps of a reply in one exchange and records the result.</summary>
internal sealed class ReplyPlayer
{
    private const int Http2InternalError = 2;

    private static readonly TimeSpan CutGrace = TimeSpan.FromSeconds(1);

    private readonly HttpContext _context;
    private readonly RecordedRequest _request;
    private readonly Signals _signals;
    private readonly CancellationToken _serverStop;

    public ReplyPlayer(HttpContext context, RecordedRequest request, Signals signals, CancellationToken serverStop)
    {
        _context = context;
        _request = request;
        _signals = signals;
        _serverStop = serverStop;
    }

    private HttpResponse Response => _context.Response;

    private bool IsHttp2 => HttpProtocol.IsHttp2(_context.Request.Protocol);

    public async Task PlayAsync(Reply reply)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_serverStop);
        using var abort = _context.RequestAborted.Register(() => OnRequestAborted(stop));
        try
        {
            Prepare(reply);
            foreach (var step in reply.Steps)
            {
                stop.Token.ThrowIfCancellationRequested();
                await PlayAsync(step, stop.Token);
                if (_request.Completed)
                {
                    return;
                }
            }

            await FinishAsync(reply, stop.Token);
        }
        catch (Exception e) when (stop.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            _context.Abort();
        }
    }

    // One callback does both in this order: if the step were canceled first, it could end the exchange before the client's
    // leaving is recorded.
    private void OnRequestAborted(CancellationTokenSource stop)
    {
        if (!_serverStop.IsCancellationRequested)
        {
            _request.ClientLeft();
        }

        stop.Cancel();
    }

    private void Prepare(Reply reply)
    {
        Response.StatusCode = reply.StatusCode;
        Response.ContentLength = reply.DeclaredLength;
        foreach (var header in reply.Headers)
        {
            Response.Headers.Append(header.Key, header.Value);
        }

        Response.OnStarting(() =>
        {
            _request.HeadersSentAt = Moment.Now();
            return Task.CompletedTask;
        });
    }

    private Task PlayAsync(Step step, CancellationToken stop) => step switch
    {
        SendStep send => SendAsync(send, stop),
        FlushStep => FlushAsync(_request.BytesSent, stop),
        DelayStep delay => Task.Delay(delay.Milliseconds, stop),
        WaitForStep wait => _signals.WaitAsync(wait.Signal, stop),
        StallStep => Task.Delay(Timeout.Infinite, stop),
        CutStep => CutAsync(stop),
        ResetStep => ResetAsync(),
        GoAwayStep => GoAwayAsync(),
        _ => throw new InvalidOperationException($"No way to play {step}."),
    };

    private async Task SendAsync(SendStep send, CancellationToken stop)
    {
        int pieceBytes = send.PieceBytes > 0 ? send.PieceBytes : Math.Max(1, send.Bytes.Length);
        for (int at = 0; at < send.Bytes.Length; at += pieceBytes)
        {
            if (at > 0 && send.PauseMilliseconds > 0)
            {
                await Task.Delay(send.PauseMilliseconds, stop);
            }

            var piece = send.Bytes.AsMemory(at, Math.Min(pieceBytes, send.Bytes.Length - at));
            await Response.Body.WriteAsync(piece, stop);
            await FlushAsync(_request.BytesSent + piece.Length, stop);
            _request.AddBytesSent(piece.Length);
        }
    }

    private async Task FlushAsync(long bytes, CancellationToken stop)
    {
        await Response.Body.FlushAsync(stop);
        if (_context.Features.Get<Http2FrameTally>() is { } tally)
        {
            int stream = _context.Features.GetRequiredFeature<IHttp2StreamIdFeature>().StreamId;
            await tally.SentAsync(stream, bytes, stop);
        }
    }

    private async Task FinishAsync(Reply reply, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (reply.DeclaredLength > _request.BytesSent)
        {
            await CutAsync(stop);
            return;
        }

        _request.Complete();
    }

    private async Task CutAsync(CancellationToken stop)
    {
        _request.Complete();
        if (IsHttp2)
        {
            _context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(Http2InternalError);
            return;
        }

        // Abort alone would send RST, which on Windows also discards data that the client has not read yet. So send FIN
        // first, and RST only if the client does not close its side then.
        Socket().Shutdown(SocketShutdown.Send);
        await Task.Delay(CutGrace, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _context.Abort();
    }

    private Task ResetAsync()
    {
        _request.Complete();
        var socket = Socket();
        socket.LingerState = new LingerOption(true, 0);
        socket.Close(0);
        _context.Abort();
        return Task.CompletedTask;
    }

    private Task GoAwayAsync()
    {
        if (!IsHttp2 && !Response.HasStarted)
        {
            Response.Headers.Connection = "close";
        }

        _context.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>().RequestClose();
        return Task.CompletedTask;
    }

    private Socket Socket() => _context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
}
