using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

public class TimeoutTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Connecting_has_a_timeout_of_its_own()
    {
        using var server = new FullServer();
        using var client = Client(server.Address, options => (options.ConnectionTimeout, options.MaximumRetryCount) = (TimeSpan.FromMilliseconds(150), 0));

        var error = await Assert.ThrowsAsync<ApiTimeoutException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));

        Assert.Equal(TimeoutKind.Connection, error.Timeout);
        Assert.Contains("ConnectionTimeout", error.Message, StringComparison.Ordinal);
        Assert.Contains("0.15 s", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TransportKind.Auto)]
    [InlineData(TransportKind.WebSocket)]
    public async Task Connecting_has_a_timeout_whatever_the_transport(TransportKind transport)
    {
        using var server = new FullServer();
        using var client = Client(server.Address, options =>
            (options.ConnectionTimeout, options.MaximumRetryCount, options.Transport) = (TimeSpan.FromMilliseconds(150), 0, transport));
        foreach (bool isBackground in new[] { false, true })
        {
            var asking = client.Responses.CreateAsync(new() { Input = "hi", Background = isBackground ? true : null }, cancellationToken: TestStop);
            var error = await Assert.ThrowsAsync<ApiTimeoutException>(() => asking.WaitAsync(Soon, TestStop));
            Assert.Equal(TimeoutKind.Connection, error.Timeout);
        }
    }

    [Fact]
    public async Task The_connection_timeout_is_over_when_a_socket_is_open()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse().Delay(600).Send($"data: {WebSockets.SocketSetup.Completed}\n\n");
        using var client = Client(server.Http1, options => (options.ConnectionTimeout, options.MaximumRetryCount, options.Transport) = (TimeSpan.FromMilliseconds(300), 0, TransportKind.WebSocket));
        Assert.Equal("Hello", (await client.Responses.CreateAsync(new() { Input = "hi" }, null, TestStop)).Text);
    }

    [Fact]
    public async Task A_timed_out_connection_is_retried()
    {
        using var server = new FullServer();
        var clock = new RetryClock();
#if NETSTANDARD_BUILD
        var time = TimeProvider.System; // which also runs the connection's clock there
        double jitter = 1;
#else
        TimeProvider time = clock;
        double jitter = 0;
#endif
        using var client = Client(server.Address, options =>
            (options.ConnectionTimeout, options.MaximumRetryCount, options.TimeProvider, options.Jitter) = (TimeSpan.FromMilliseconds(50), 1, time, () => jitter));

        await Assert.ThrowsAsync<ApiTimeoutException>(() => client.Completions.CreateAsync(Ask, clock.Skipping(), TestStop));

        Assert.Single(clock.WaitSeconds);
    }

    [Fact]
    public async Task Silence_before_the_headers_ends_the_call_after_the_operation_timeout()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Stall();
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => (options.TimeProvider, options.MaximumRetryCount) = (clock, 0));

        var asking = client.Completions.CreateAsync(Ask, cancellationToken: TestStop);
        await server.WaitForRequest(0, Soon);
        clock.Advance(TimeSpan.FromSeconds(600));

        var error = await Assert.ThrowsAsync<ApiTimeoutException>(() => asking);
        Assert.Equal(TimeoutKind.Operation, error.Timeout);
        Assert.Contains("600 s (OperationTimeout)", error.Message, StringComparison.Ordinal);
        await server.WaitForClientGone(0, Soon);
    }

    [Fact]
    public async Task Silence_between_two_reads_ends_the_stream_after_the_operation_timeout()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello).Stall();
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => options.TimeProvider = clock);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        Assert.True(await stream.MoveNextAsync());

        clock.Advance(TimeSpan.FromHours(1)); // the caller's own time does not count
        var next = stream.MoveNextAsync().AsTask();
        clock.Advance(TimeSpan.FromSeconds(599));
        Assert.False(next.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));

        var error = await Assert.ThrowsAsync<ApiTimeoutException>(() => next);
        Assert.Equal((TimeoutKind.Operation, "Hello"), (error.Timeout, error.PartialText));
        await server.WaitForClientGone(0, Soon);
    }

    [Fact]
    public async Task After_a_wait_the_caller_s_own_time_does_not_count()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse().Flush().WaitFor("a chunk").Send($"data: {Hello}\n\n").WaitFor("the end").Send("data: [DONE]\n\n");
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => options.TimeProvider = clock);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        var first = stream.MoveNextAsync().AsTask();
        server.Signal("a chunk");
        Assert.True(await first);

        clock.Advance(TimeSpan.FromHours(1));
        server.Signal("the end");
        Assert.False(await stream.MoveNextAsync());
        Assert.True(stream.IsComplete);
    }

    [Fact]
    public async Task A_comment_restarts_the_operation_timeout()
    {
        await using var server = await LoopbackServer.StartAsync();
        var reply = Reply.Sse(Hello);
        for (int i = 0; i < 3; i++)
        {
            reply = reply.WaitFor("comment").Comment("still thinking");
        }

        server.Default = reply.Stall();
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => options.TimeProvider = clock);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        Assert.True(await stream.MoveNextAsync());

        var next = stream.MoveNextAsync().AsTask();
        for (int i = 0; i < 3; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(400));
            int looks = clock.Looks;
            server.Signal("comment");
            await Until(() => clock.Looks > looks, "the client heard the comment");
        }

        Assert.False(next.IsCompleted, "1,200 s with a comment every 400 s");
        clock.Advance(TimeSpan.FromSeconds(600));
        await Assert.ThrowsAsync<ApiTimeoutException>(() => next);
    }

    [Fact]
    public async Task The_total_timeout_ends_a_stream_that_is_alive()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello).Stall();
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => (options.TimeProvider, options.TotalTimeout) = (clock, TimeSpan.FromSeconds(30)));
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        Assert.True(await stream.MoveNextAsync());

        var next = stream.MoveNextAsync().AsTask();
        clock.Advance(TimeSpan.FromSeconds(30));

        var error = await Assert.ThrowsAsync<ApiTimeoutException>(() => next);
        Assert.Equal((TimeoutKind.Total, "Hello"), (error.Timeout, error.PartialText));
        Assert.Contains("30 s (TotalTimeout)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_total_timeout_there_is_always_time_to_retry()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Json(500, "{}"), Reply.Json(200, """{"choices":[]}"""));
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => (options.TimeProvider, options.TotalTimeout) = (clock, Timeout.InfiniteTimeSpan));
        await client.Completions.CreateAsync(Ask, clock.Skipping(), TestStop);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task The_total_timeout_spans_attempts_and_the_waits_between_them()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(new Reply().Stall(), new Reply().Stall());
        var clock = new RetryClock();
        using var client = Client(server.Http1, options =>
            (options.TimeProvider, options.TotalTimeout, options.OperationTimeout) = (clock, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10)));

        var asking = client.Completions.CreateAsync(Ask, clock.Skipping(), TestStop);
        await server.WaitForRequest(0, Soon);
        clock.Advance(TimeSpan.FromSeconds(10));
        await server.WaitForRequest(1, Soon);
        clock.Advance(TimeSpan.FromSeconds(5));

        var error = await Assert.ThrowsAsync<ApiTimeoutException>(() => asking);
        Assert.Equal(TimeoutKind.Total, error.Timeout);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_wait_that_would_exceed_the_total_timeout_is_not_started()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(429, "{}").Header("retry-after", "60");
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => (options.TimeProvider, options.TotalTimeout) = (clock, TimeSpan.FromSeconds(60)));

        var error = await Assert.ThrowsAsync<RateLimitException>(() => client.Completions.CreateAsync(Ask, clock.Skipping(), TestStop));

        Assert.Equal(60, error.RetryAfter?.TotalSeconds);
        Assert.Empty(clock.WaitSeconds);
    }

    [Fact]
    public async Task An_endless_error_body_costs_five_seconds_and_keeps_the_status()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Status(400).Send("""{"error":{"message":"no such""").Stall();
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => options.TimeProvider = clock);

        var asking = client.Completions.CreateAsync(Ask, cancellationToken: TestStop);
        await Until(() => server.Requests is [{ BytesSent: > 0 }], "the body's beginning was sent");
        await Until(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return asking.IsCompleted;
        }, "the call ended");

        var error = await Assert.ThrowsAsync<BadRequestException>(() => asking);
        Assert.True(error.Body is "" or """{"error":{"message":"no such""", error.Body);
    }

    [Fact]
    public void Invalid_timeouts_are_refused()
    {
        Action<OpenAIClientOptions>[] settings =
        [
            options => options.OperationTimeout = TimeSpan.Zero,
            options => options.ConnectionTimeout = TimeSpan.FromSeconds(-2),
            options => options.TotalTimeout = TimeSpan.Zero,
            options => options.TotalTimeout = TimeSpan.MaxValue,
            options => options.MaximumRetryCount = -1,
            options => options.BaseAddress = new Uri("ftp://127.0.0.1/"),
        ];
        Assert.All(settings, set => Assert.Throws<ApiConfigurationException>(() => Client(new Uri("http://127.0.0.1/"), set)));
    }

    [Fact]
    public void Every_timeout_can_be_switched_off()
    {
        using var client = Client(new Uri("http://127.0.0.1/"), options =>
            (options.ConnectionTimeout, options.OperationTimeout, options.TotalTimeout) =
            (Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        Assert.NotNull(client);
    }
}
