using Microsoft.Extensions.Time.Testing;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

/// <summary>Calls that share a gate slow down together.</summary>
public class RateGateTests
{
    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public async Task A_clock_change_does_not_affect_the_length_of_a_wait(int jump)
    {
        var clock = new JumpingClock();
        var gate = new RateGate(clock);
        gate.Hold(TimeSpan.FromSeconds(10));
        clock.Jump = TimeSpan.FromSeconds(jump);
        var passing = gate.PassAsync(TestStop);
        Assert.False(passing.IsCompleted, "it did not wait");
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(passing.IsCompleted, "it did not wait long enough");
        clock.Advance(TimeSpan.FromSeconds(2));
        await passing.WaitAsync(TimeSpan.FromSeconds(5), TestStop);
    }

    [Fact]
    public async Task The_longest_wait_is_used()
    {
        var clock = new FakeTimeProvider();
        var gate = new RateGate(clock);
        gate.Hold(TimeSpan.FromSeconds(10));
        gate.Hold(TimeSpan.FromSeconds(1));
        var passing = gate.PassAsync(TestStop);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.False(passing.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(8));
        await passing.WaitAsync(TimeSpan.FromSeconds(5), TestStop);
        await gate.PassAsync(TestStop);
    }

    [Fact]
    public async Task A_429_of_one_call_pauses_the_others()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Json(429, "{}").Header("retry-after", "7"));
        server.Default = Reply.Json(200, """{"data":[]}""");
        var clock = new FakeTimeProvider();
        var gate = new RateGate(clock);
        using var client = Client(server.Http1, options => (options.TimeProvider, options.MaximumRetryCount) = (clock, 0));
        await Assert.ThrowsAsync<RateLimitException>(() => client.Models.ListAsync(new() { Gate = gate }, TestStop));
        var other = client.Models.ListAsync(new() { Gate = gate }, TestStop);
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Single(server.Requests);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(await other);
    }

    [Theory]
    [InlineData("499", "500", "12ms", 499, 500, 0.012)]
    [InlineData("0", "500", "6m0s", 0, 500, 360.0)]
    [InlineData("1", "60", "1m30.5s", 1, 60, 90.5)]
    [InlineData("1", "60", "1h0m1s", 1, 60, 3601.0)]
    [InlineData("1", "60", "17", 1, 60, 17.0)]
    [InlineData("1", "60", null, 1, 60, null)]
    [InlineData("1", null, "soon", 1, null, null)]
    public async Task The_remaining_limits_are_read_in_each_spelling(string left, string? limit, string? reset, int leftRead, int? limitRead, double? seconds)
    {
        await using var server = await LoopbackServer.StartAsync();
        var reply = Reply.Json(200, """{"data":[]}""").Header("x-ratelimit-remaining-requests", left).Header("x-ratelimit-remaining-tokens", "-1").Header("x-ratelimit-limit-tokens", "-1").Header("x-ratelimit-reset-tokens", "0");
        reply = limit is null ? reply : reply.Header("x-ratelimit-limit-requests", limit);
        server.Enqueue(reset is null ? reply : reply.Header("x-ratelimit-reset-requests", reset));
        using var client = Client(server.Http1);
        RateLimits? told = null;
        await client.Models.ListAsync(new() { OnEvent = news => told = (news as ResponseReceived)?.RateLimits ?? told }, TestStop);
        Assert.Equal(new RateLimits(new RateLimit(limitRead, leftRead, seconds is double s ? TimeSpan.FromSeconds(s) : null), null), told);
    }

    [Fact]
    public async Task Nothing_is_sent_that_the_service_would_refuse()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"data":[]}""").Header("x-ratelimit-limit-requests", "60").Header("x-ratelimit-remaining-requests", "0").Header("x-ratelimit-reset-requests", "30s");
        var clock = new FakeTimeProvider();
        var gate = new RateGate(clock);
        using var client = Client(server.Http1, options => options.TimeProvider = clock);
        await client.Models.ListAsync(new() { Gate = gate }, TestStop);
        var next = client.Models.ListAsync(new() { Gate = gate }, TestStop);
        Assert.InRange(gate.Wait.TotalSeconds, 30, 31);
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Single(server.Requests);
        clock.Advance(TimeSpan.FromSeconds(2));
        await next.WaitAsync(TimeSpan.FromSeconds(5), TestStop);
        Assert.Equal(0, gate.Limits!.Requests!.Remaining);
    }

    [Fact]
    public async Task Nobody_waits_after_a_request_has_passed_early()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Limited("0").WaitFor("first").Send("""{"data":[]}"""), Limited("59").WaitFor("second").Send("""{"data":[]}"""), Reply.Json(200, """{"data":[]}"""));
        var clock = new FakeTimeProvider();
        var gate = new RateGate(clock);
        using var client = Client(server.Http1, options => options.TimeProvider = clock);
        var first = client.Models.ListAsync(new() { Gate = gate }, TestStop);
        await server.WaitForRequest(0, TimeSpan.FromSeconds(5));
        var second = client.Models.ListAsync(new() { Gate = gate }, TestStop);
        await server.WaitForRequest(1, TimeSpan.FromSeconds(5));
        server.Signal("first");
        await first;
        var third = client.Models.ListAsync(new() { Gate = gate }, TestStop);
        Assert.InRange(gate.Wait.TotalSeconds, 30, 31);
        clock.Advance(TimeSpan.FromSeconds(1));
        server.Signal("second");
        await third.WaitAsync(TimeSpan.FromSeconds(5), TestStop);
        await second;
        Assert.Equal(TimeSpan.Zero, gate.Wait);
    }

    [Fact]
    public async Task Nobody_waits_after_every_wait_was_canceled()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Limited("0").Send("""{"data":[]}""");
        var clock = new FakeTimeProvider();
        var gate = new RateGate(clock);
        using var client = Client(server.Http1, options => options.TimeProvider = clock);
        await client.Models.ListAsync(new() { Gate = gate }, TestStop);
        using var stopOne = new CancellationTokenSource();
        using var stopOther = new CancellationTokenSource();
        var one = gate.PassAsync(stopOne.Token);
        var other = gate.PassAsync(stopOther.Token);
        stopOne.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        await Until(() => gate.Wait > TimeSpan.FromSeconds(29), "the other one waits");
        stopOther.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other);
        Assert.Equal(TimeSpan.Zero, gate.Wait);
    }

    private static Reply Limited(string left) => new Reply().Header("Content-Type", "application/json")
        .Header("x-ratelimit-limit-requests", "60").Header("x-ratelimit-remaining-requests", left).Header("x-ratelimit-reset-requests", "30s");

    [Theory]
    [InlineData("""{"error":{"message":"Request too large for gpt-x on tokens per min (TPM): Limit 30000, Requested 40000.","code":"rate_limit_exceeded"}}""")]
    [InlineData("""{"error":{"message":"No more.","code":"project_spend_limit_exceeded"}}""")]
    [InlineData("""{"error":{"message":"No more.","code":"credit_balance_exhausted"}}""")]
    public async Task A_request_that_fails_for_good_delays_no_other(string body)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Json(429, body).Header("retry-after", "7"));
        server.Default = Reply.Json(200, """{"data":[]}""");
        var clock = new FakeTimeProvider();
        var gate = new RateGate(clock);
        using var client = Client(server.Http1, options => (options.TimeProvider, options.MaximumRetryCount) = (clock, 5));
        await Assert.ThrowsAsync<RateLimitException>(() => client.Models.ListAsync(new() { Gate = gate }, TestStop));
        await client.Models.ListAsync(new() { Gate = gate }, TestStop).WaitAsync(TimeSpan.FromSeconds(5), TestStop);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task The_service_may_ask_for_a_wait_of_a_day()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"data":[]}""").Header("x-ratelimit-limit-requests", "60").Header("x-ratelimit-remaining-requests", "0").Header("x-ratelimit-reset-requests", "24h0m0s");
        var clock = new FakeTimeProvider();
        using var client = Client(server.Http1, options => options.TimeProvider = clock);
        var gate = new RateGate(clock);
        await client.Models.ListAsync(new() { Gate = gate }, TestStop);
        await client.Models.ListAsync(new() { Gate = gate }, TestStop).WaitAsync(TimeSpan.FromSeconds(5), TestStop);
    }

    private sealed class JumpingClock : FakeTimeProvider
    {
        public TimeSpan Jump { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Jump;

        public override long GetTimestamp() => base.GetTimestamp() - Jump.Ticks; // the base class computes it from the time of day
    }
}
