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
    public async Task The_wait_is_as_long_as_asked_whatever_the_time_of_day_does(int jump)
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
    public async Task The_longest_wait_counts()
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

    private sealed class JumpingClock : FakeTimeProvider
    {
        public TimeSpan Jump { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Jump;

        public override long GetTimestamp() => base.GetTimestamp() - Jump.Ticks; // the base takes it from the time of day
    }
}
