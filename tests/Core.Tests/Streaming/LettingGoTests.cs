using System.Diagnostics;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>A canceled call returns at once, and its socket closes, in every phase.</summary>
public class LettingGoTests
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    public enum Way
    {
        Cancel,
        DisposeClient,
        DisposeStream,
    }

    public static TheoryData<string, Way> Phases
    {
        get
        {
            var data = new TheoryData<string, Way>();
            foreach (string phase in new[] { "token", "connect", "TLS", "send", "headers", "error body", "retry", "read", "JSON", "between reads" })
            {
                data.Add(phase, Way.Cancel);
                data.Add(phase, Way.DisposeClient);
            }

#if !NETSTANDARD_BUILD
            data.Add("HTTP/2", Way.Cancel);
            data.Add("HTTP/2", Way.DisposeClient);
            data.Add("HTTP/2", Way.DisposeStream);
#endif
            data.Add("read", Way.DisposeStream);
            data.Add("JSON", Way.DisposeStream);
            data.Add("between reads", Way.DisposeStream);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Phases))]
    public async Task A_canceled_call_returns_and_closes_within_100_ms(string phase, Way way)
    {
        // A busy machine may cause one delay; three are our fault.
        var took = new List<(double Returned, double Closed)>();
        do
        {
            took.Add(await LetGoAsync(phase, way));
        }
        while (took.Count < 3 && (took[^1].Returned > AtOnce.TotalMilliseconds || took[^1].Closed > AtOnce.TotalMilliseconds));

        var (returned, closed) = took[^1];
        TestContext.Current.TestOutputHelper?.WriteLine($"{phase}, {way}: returned after {returned:0.0} ms, closed after {closed:0.0} ms");
        Assert.True(returned <= AtOnce.TotalMilliseconds && closed <= AtOnce.TotalMilliseconds, $"returned and closed after (ms): {string.Join("; ", took)}");
    }

    private static async Task<(double Returned, double Closed)> LetGoAsync(string phase, Way way)
    {
        await using var stage = await Stage.SetAsync(phase);
        using var stop = new CancellationTokenSource();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var client = Client(stage.Address, options =>
        {
            options.ConnectionTimeout = TimeSpan.FromSeconds(60);
            options.HttpVersion = phase == "HTTP/2" ? Http.Setup.Http2 : null;
            options.Credential = phase == "token" ? ApiCredential.FromTokens(_ =>
            {
                asked.TrySetResult();
                return new TaskCompletionSource<string>().Task;
            }) : options.Credential;
        });
        SseStream<Completion>? stream = null;
        var request = Ask;
        request["padding"] = phase == "send" ? new string('x', 32 << 20) : "";
        var call = Task.Run(async () =>
        {
            stream = await client.Completions.CreateStreamingAsync(request, cancellationToken: stop.Token);
            while (await stream.MoveNextAsync())
            {
                if (phase == "between reads")
                {
                    return;
                }
            }
        }, TestStop);
        await stage.ReadyAsync();
        if (phase == "token")
        {
            await asked.Task.WaitAsync(TestStop); // on a busy machine the call starts late
        }

        if (phase == "between reads")
        {
            await call;
        }

        var watch = Stopwatch.StartNew();
        long begun = Stopwatch.GetTimestamp();
        switch (way)
        {
            case Way.Cancel: stop.Cancel(); break;
            case Way.DisposeClient: client.Dispose(); break;
            default: stream!.Dispose(); break;
        }

        if (phase == "between reads")
        {
            call = stream!.MoveNextAsync().AsTask();
        }

        var error = await Record.ExceptionAsync(() => call.WaitAsync(Soon, TestStop));
        double returned = watch.Elapsed.TotalMilliseconds;
        if (way == Way.Cancel)
        {
            Assert.Equal(stop.Token, Assert.IsType<OperationCanceledException>(error).CancellationToken);
        }
        else
        {
            Assert.IsType<ObjectDisposedException>(error);
        }

        return (returned, await stage.ClosedAfterAsync(begun));
    }

    [Fact]
    public async Task Draining_does_not_block_the_caller_and_a_cancellation_ends_it()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello, "[DONE]").Stall();
        using var stop = new CancellationTokenSource();
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: stop.Token);
        Assert.True(stream.MoveNext());

        var watch = Stopwatch.StartNew();
        Assert.False(stream.MoveNext());
        Assert.InRange(watch.Elapsed.TotalMilliseconds, 0, 500);
        Assert.Null(server.Requests[0].ClientGoneAt);
        var canceled = Moment.Now();
        stop.Cancel();
        Assert.InRange((await server.WaitForClientGone(0, Soon)).Since(canceled).TotalMilliseconds, -1, 500);
        Assert.True(stream.IsComplete);
    }

    [Fact]
    public async Task A_request_canceled_while_it_connects_does_not_affect_another()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello, "[DONE]");
        using var client = Client(server.Https);
        for (int round = 0; round < 20; round++)
        {
            using var stop = new CancellationTokenSource();
            var first = client.Completions.CreateStreamingAsync(Ask, cancellationToken: stop.Token);
            var second = client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
            stop.Cancel();
            using (await second)
            {
            }

            await Record.ExceptionAsync(async () => (await first).Dispose());
        }
    }

    [Fact]
    public async Task A_stream_is_read_once_and_can_be_disposed_twice_or_unread()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello, Http.Setup.Stop, "[DONE]");
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        Assert.True(stream.MoveNext());
        Assert.Single(stream.ToBlockingEnumerable());
        Assert.False(stream.MoveNext());
        Assert.Throws<InvalidOperationException>(() => stream.ToBlockingEnumerable());
        Assert.Throws<InvalidOperationException>(() => stream.Current);
        stream.Dispose();
        await stream.DisposeAsync();
        Assert.Equal((true, "stop", "Hello"), (stream.IsComplete, stream.FinishReason, "Hello"));

        server.Default = Reply.Sse(Hello).Stall();
        var unread = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        unread.Dispose();
        unread.Dispose();
        await server.WaitForClientGone(1, Soon);
        Assert.Throws<ObjectDisposedException>(() => unread.MoveNext());
        Assert.False(unread.IsComplete);
    }

    [Fact]
    public async Task An_error_is_raised_once_and_ends_the_stream()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse("""{"error":{"message":"m"}}""");
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        Assert.Throws<ApiException>(() => stream.MoveNext());
        Assert.False(stream.MoveNext());
        Assert.False(stream.IsComplete);
    }

    [Fact]
    public async Task A_cancellation_takes_precedence_over_received_events_and_the_sentinel()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"choices":[{"index":0,"text":"x"}]}""");
        using var client = Client(server.Http1);
        using var reader = new CancellationTokenSource();
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        var chunks = stream.GetAsyncEnumerator(reader.Token);
        Assert.True(await chunks.MoveNextAsync());

        reader.Cancel();

        var error = await Assert.ThrowsAsync<OperationCanceledException>(() => chunks.MoveNextAsync().AsTask());
        Assert.Equal(reader.Token, error.CancellationToken);
    }

    [Fact]
    public async Task A_disposed_client_makes_no_more_calls()
    {
        var client = Client(new Uri("http://127.0.0.1:9/"));
        client.Dispose();
        client.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop));
    }
}
