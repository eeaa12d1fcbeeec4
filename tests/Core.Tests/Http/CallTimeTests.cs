using Microsoft.Extensions.Time.Testing;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

/// <summary>How time is counted across attempts, in a resumed response, and with a late timer.</summary>
public class CallTimeTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task The_total_timeout_of_a_resumed_response_starts_with_its_first_request()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse(
            """{"type":"response.created","sequence_number":0,"response":{"id":"resp_1"}}""",
            """{"type":"response.output_text.delta","sequence_number":1,"delta":"One"}""").For("POST", "/responses").WaitFor("cut").Cut());
        server.Enqueue(Reply.Sse("""{"type":"response.output_text.delta","sequence_number":2,"delta":" two"}""").For("GET", "/responses/resp_1").Stall());
        var clock = new FakeTimeProvider();
        using var client = Client(server.Http1, options => (options.TimeProvider, options.TotalTimeout) = (clock, TimeSpan.FromSeconds(30)));
        using var stream = await client.Responses.CreateStreamingAsync(new() { Input = "hi", Background = true }, null, TestStop);
        Assert.True(await stream.MoveNextAsync());
        Assert.True(await stream.MoveNextAsync());

        clock.Advance(TimeSpan.FromSeconds(20));
        server.Signal("cut");
        Assert.True(await stream.MoveNextAsync());
        var next = stream.MoveNextAsync().AsTask();
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(next.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));

        var error = await Assert.ThrowsAsync<ApiTimeoutException>(() => next.WaitAsync(Soon, TestStop));
        Assert.Equal((TimeoutKind.Total, "One two", "resp_1", 2L), (error.Timeout, error.PartialText, error.ResponseId, error.SequenceNumber));
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData("9", 3)]
    [InlineData("9.5", 2)]
    [InlineData("10", 2)]
    public async Task A_retry_is_made_only_if_its_wait_ends_within_the_total_timeout(string retryAfter, int requests)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(new Reply().Stall(), Reply.Json(429, "{}").Header("retry-after", retryAfter), Reply.Json(200, """{"choices":[]}"""));
        var clock = new RetryClock();
        using var client = Client(server.Http1, options =>
            (options.TimeProvider, options.TotalTimeout, options.OperationTimeout, options.Jitter) = (clock, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(50), () => 0));

        var asking = client.Completions.CreateAsync(Ask, clock.Skipping(), TestStop);
        await server.WaitForRequest(0, Soon);
        clock.Advance(TimeSpan.FromSeconds(50)); // and half a second before the second attempt: 9.5 s remain

        var error = await Record.ExceptionAsync(() => asking.WaitAsync(Soon, TestStop));
        Assert.Equal(requests == 3 ? null : typeof(RateLimitException), error?.GetType());
        Assert.Equal(requests, server.Requests.Count);
        Assert.Equal(requests == 3 ? [0.5, 9] : [0.5], clock.WaitSeconds);
    }

    [Fact]
    public async Task A_timer_that_fires_late_does_not_end_a_wait_that_has_just_begun()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello).WaitFor("more").Send($"data: {Hello}\n\n").Stall();
        var clock = new LateTimers();
        using var client = Client(server.Http1, options => (options.TimeProvider, options.ConnectionTimeout) = (clock, Timeout.InfiniteTimeSpan));
        using var stream = await client.Completions.CreateStreamingAsync(Ask, null, TestStop);
        Assert.True(await stream.MoveNextAsync());
        clock.Advance(TimeSpan.FromSeconds(3600)); // the caller's own time

        clock.FireAll(); // while nobody waits
        var next = stream.MoveNextAsync().AsTask();
        clock.FireAll(); // for the previous wait
        clock.Advance(TimeSpan.FromSeconds(599));
        clock.FireAll();
        Assert.False(next.IsCompleted);
        server.Signal("more");
        Assert.True(await next.WaitAsync(Soon, TestStop));

        next = stream.MoveNextAsync().AsTask();
        clock.Advance(TimeSpan.FromSeconds(599));
        clock.FireAll();
        Assert.False(next.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        var error = await Assert.ThrowsAsync<ApiTimeoutException>(() => next.WaitAsync(Soon, TestStop));
        Assert.Equal((TimeoutKind.Operation, "HelloHello"), (error.Timeout, error.PartialText));
    }

    [Fact]
    public async Task A_timer_that_fires_early_is_set_again_for_the_remaining_time()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello).Stall();
        var clock = new LateTimers { FiresEarly = TimeSpan.FromSeconds(5) };
        using var client = Client(server.Http1, options => (options.TimeProvider, options.OperationTimeout) = (clock, TimeSpan.FromSeconds(600)));
        using var stream = await client.Completions.CreateStreamingAsync(Ask, null, TestStop);
        Assert.True(await stream.MoveNextAsync());

        var next = stream.MoveNextAsync().AsTask();
        clock.Advance(TimeSpan.FromSeconds(595));
        Assert.False(next.IsCompleted);
        clock.FiresEarly = TimeSpan.Zero;
        clock.Advance(TimeSpan.FromSeconds(5));

        var error = await Assert.ThrowsAsync<ApiTimeoutException>(() => next.WaitAsync(Soon, TestStop));
        Assert.Equal(TimeoutKind.Operation, error.Timeout);
    }

    /// <summary>A clock whose timers can fire early.</summary>
    private sealed class LateTimers : FakeTimeProvider
    {
        private readonly List<Action> _callbacks = [];

        public TimeSpan FiresEarly { get; set; }

        public void FireAll() => _callbacks.ToList().ForEach(callback => callback());

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callbacks.Add(() => callback(state));
            return new Early(this, base.CreateTimer(callback, state, dueTime, period));
        }

        private sealed class Early(LateTimers clock, ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) =>
                timer.Change(dueTime > clock.FiresEarly ? dueTime - clock.FiresEarly : dueTime, period);

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
