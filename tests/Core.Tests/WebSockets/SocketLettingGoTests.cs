using System.Diagnostics;
using System.Runtime.CompilerServices;
using OpenAIStream.Loopback;
using OpenAIStream.Tests.Http;
using OpenAIStream.Tests.Streaming;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;
using static OpenAIStream.Tests.WebSockets.SocketSetup;

namespace OpenAIStream.Tests.WebSockets;

/// <summary>A canceled call over a socket returns at once, and its socket closes, in every phase.</summary>
public class SocketLettingGoTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    public static TheoryData<string, string> Phases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string way in new[] { "cancel", "dispose client", "dispose stream" })
            {
                foreach (string phase in new[] { "connect", "TLS", "handshake", "send", "first frame", "read", "between reads", "kept socket" })
                {
                    if (way != "dispose stream" || phase is "read" or "between reads" or "kept socket")
                    {
                        data.Add(phase, way);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Phases))]
    public async Task A_canceled_call_returns_and_closes_within_100_ms(string phase, string way)
    {
        var took = new List<(double Returned, double Closed)>();
        do
        {
            took.Add(await LetGoAsync(phase, way)); // a busy machine may cause one delay
        }
        while (took.Count < 3 && (took[^1].Returned > 100 || took[^1].Closed > 100));

        Assert.True(took[^1].Returned <= 100 && took[^1].Closed <= 100, $"returned and closed after (ms): {string.Join("; ", took)}");
    }

    [Fact]
    public async Task A_stream_that_is_not_disposed_is_closed_by_garbage_collection()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Created).Stall();
        using var client = SocketClient(server);
        await LeaveAsync(client);
        var gone = server.WaitForClientGone(0, Soon);
        while (!gone.IsCompleted)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(10, TestStop);
        }

        await gone;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task LeaveAsync(OpenAIClient client) =>
        Assert.True(await (await client.Responses.CreateStreamingAsync(Question, null, TestStop)).MoveNextAsync());

    [Fact]
    public async Task Silence_ends_a_call_after_the_operation_timeout_and_closes_the_socket()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Created).Stall();
        var clock = new RetryClock();
        using var client = SocketClient(server, options => options.TimeProvider = clock);
        using var stream = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        Assert.True(await stream.MoveNextAsync());
        var reading = stream.MoveNextAsync().AsTask();
        await clock.AdvanceUntilAsync(reading, TimeSpan.FromSeconds(601));

        var error = await Assert.ThrowsAsync<ApiTimeoutException>(() => reading);
        Assert.Equal(TimeoutKind.Operation, error.Timeout);
        await server.WaitForClientGone(0, Soon);
    }

    [Fact]
    public async Task Silence_before_the_first_frame_ends_the_call_without_a_retry()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Stall();
        var clock = new RetryClock();
        using var client = SocketClient(server, options => options.TimeProvider = clock);
        var asking = client.Responses.CreateAsync(Question, null, TestStop);
        await server.WaitForRequest(0, Soon);
        await clock.AdvanceUntilAsync(asking, TimeSpan.FromSeconds(601));

        Assert.Equal(TimeoutKind.Operation, (await Assert.ThrowsAsync<ApiTimeoutException>(() => asking)).Timeout);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task The_total_timeout_ends_a_resumed_stream()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Created).Stall();
        var clock = new RetryClock();
        using var client = SocketClient(server, options => (options.TimeProvider, options.TotalTimeout) = (clock, TimeSpan.FromSeconds(60)));
        using var stream = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        Assert.True(await stream.MoveNextAsync());
        var reading = stream.MoveNextAsync().AsTask();
        await clock.AdvanceUntilAsync(reading, TimeSpan.FromSeconds(61));
        Assert.Equal(TimeoutKind.Total, (await Assert.ThrowsAsync<ApiTimeoutException>(() => reading)).Timeout);
    }

#if !NETSTANDARD_BUILD // whose ClientWebSocket does not report pings
    [Fact]
    public async Task Pings_and_keepalive_events_restart_the_operation_timeout()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Created).WaitFor("ping").Ping("there?").WaitFor("event").Send("data: {\"type\":\"keepalive\",\"sequence_number\":1}\n\n").WaitFor("end").Send($"data: {Completed}\n\n");
        var clock = new RetryClock();
        using var client = SocketClient(server, options => options.TimeProvider = clock);
        using var stream = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        Assert.True(await stream.MoveNextAsync());
        var reading = stream.MoveNextAsync().AsTask();
        int looks = clock.Looks;
        clock.Advance(TimeSpan.FromSeconds(500));
        server.Signal("ping");
        await Until(() => server.PongCount == 1 && clock.Looks > looks, "the ping was answered");
        clock.Advance(TimeSpan.FromSeconds(500));
        server.Signal("event");
        Assert.True(await reading.WaitAsync(Soon, TestStop));
        reading = stream.MoveNextAsync().AsTask();
        clock.Advance(TimeSpan.FromSeconds(500));
        server.Signal("end");
        Assert.True(await reading.WaitAsync(Soon, TestStop));
        Assert.False(await stream.MoveNextAsync());
    }
#endif

    private static async Task<(double Returned, double Closed)> LetGoAsync(string phase, string way)
    {
        using var deaf = phase == "send" ? new DeafServer() : null;
        await using var stage = await Stage.SetAsync(phase switch { "handshake" => "send", "first frame" => "headers", "between reads" or "kept socket" or "send" => "read", _ => phase });
        if (phase is not ("connect" or "TLS" or "handshake"))
        {
            stage.Script(phase is "first frame" ? new Reply().Stall() : Reply.Sse(Created).Stall());
        }

        using var stop = new CancellationTokenSource();
        using var client = Client(deaf?.Address ?? stage.Address, options => (options.Transport, options.ConnectionTimeout) = (TransportKind.WebSocket, TimeSpan.FromSeconds(60)));
        if (phase == "kept socket")
        {
            stage.Script(Whole);
            await client.Responses.CreateAsync(Question, null, TestStop);
            stage.Clear(Reply.Sse(Created).Stall());
        }

        SseStream<ResponseEvent>? stream = null;
        var request = Question;
        request["padding"] = phase == "send" ? new string('x', 32 << 20) : "";
        var call = Task.Run(async () =>
        {
            stream = await client.Responses.CreateStreamingAsync(request, cancellationToken: stop.Token);
            while (await stream.MoveNextAsync())
            {
                if (phase == "between reads")
                {
                    return;
                }
            }
        }, TestStop);
        await (deaf?.PressedAsync() ?? stage.ReadyAsync());

        if (phase == "between reads")
        {
            await call;
        }

        var watch = Stopwatch.StartNew();
        long begun = Stopwatch.GetTimestamp();
        switch (way)
        {
            case "cancel": stop.Cancel(); break;
            case "dispose client": client.Dispose(); break;
            default: stream!.Dispose(); break;
        }

        if (phase == "between reads")
        {
            call = stream!.MoveNextAsync().AsTask();
        }

        var error = await Record.ExceptionAsync(() => call.WaitAsync(Soon, TestStop));
        double returned = watch.Elapsed.TotalMilliseconds;
        if (way == "cancel")
        {
            Assert.Equal(stop.Token, Assert.IsType<OperationCanceledException>(error).CancellationToken);
        }
        else
        {
            Assert.IsType<ObjectDisposedException>(error);
        }

        return (returned, await (deaf?.ClosedAfterAsync(begun) ?? stage.ClosedAfterAsync(begun)));
    }
}
