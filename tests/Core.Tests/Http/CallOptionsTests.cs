using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

/// <summary>A call's own timeout and retry count override the client's, in both directions, and only for that call.</summary>
public class CallOptionsTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(2, 0, 1)]
    [InlineData(0, 3, 4)]
    [InlineData(1, null, 2)]
    public async Task A_call_s_own_retry_count_wins_over_the_client_s(int client, int? call, int attempts)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(500, """{"error":{"message":"not now"}}""");
        var clock = new RetryClock();
        using var asking = Client(server.Http1, options => (options.TimeProvider, options.MaximumRetryCount) = (clock, client));
        var own = clock.Skipping();
        own.MaximumRetryCount = call;

        await Assert.ThrowsAsync<InternalServerException>(() => asking.Completions.CreateAsync(Ask, own, TestStop));
        Assert.Equal(attempts, server.Requests.Count);

        await Assert.ThrowsAsync<InternalServerException>(() => asking.Completions.CreateAsync(Ask, clock.Skipping(), TestStop));
        Assert.Equal(attempts + 1 + client, server.Requests.Count);
    }

    [Fact]
    public async Task A_call_s_own_retry_count_limits_how_often_a_background_response_is_resumed()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse("""{"type":"response.created","sequence_number":0,"response":{"id":"resp_1"}}""").For("POST", "/responses").Cut());
        server.Enqueue(Reply.Sse().Flush().For("GET", "/responses/resp_1").Cut().Times(10));
        using var client = Client(server.Http1, options => options.MaximumRetryCount = 5);
        var request = new ResponseRequest { Input = "hi", Background = true };
        await using var stream = await client.Responses.CreateStreamingAsync(request, new RequestOptions { MaximumRetryCount = 0 }, TestStop);

        await Assert.ThrowsAsync<StreamEndedEarlyException>(() => stream.ToListAsync(TestStop).AsTask());

        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_call_s_own_operation_timeout_applies_before_the_headers()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Stall();
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => (options.TimeProvider, options.MaximumRetryCount) = (clock, 0));

        var asking = client.Completions.CreateAsync(Ask, new RequestOptions { OperationTimeout = TimeSpan.FromSeconds(7) }, TestStop);
        await server.WaitForRequest(0, Soon);
        clock.Advance(TimeSpan.FromSeconds(7));

        var error = await Assert.ThrowsAsync<ApiTimeoutException>(() => asking);
        Assert.Equal(TimeoutKind.Operation, error.Timeout);
        Assert.Contains("7 s (OperationTimeout)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_s_own_operation_timeout_applies_within_its_stream()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello).Stall();
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => options.TimeProvider = clock);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, new RequestOptions { OperationTimeout = TimeSpan.FromSeconds(7) }, TestStop);
        Assert.True(await stream.MoveNextAsync());

        var next = stream.MoveNextAsync().AsTask();
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.False(next.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(TimeoutKind.Operation, (await Assert.ThrowsAsync<ApiTimeoutException>(() => next)).Timeout);
    }

    [Fact]
    public async Task A_call_can_switch_off_the_client_s_operation_timeout()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse().Flush().WaitFor("go").Send($"data: {Hello}\n\ndata: {Setup.Stop}\n\n");
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => (options.TimeProvider, options.MaximumRetryCount) = (clock, 0));
        using var stream = await client.Completions.CreateStreamingAsync(Ask, new RequestOptions { OperationTimeout = Timeout.InfiniteTimeSpan }, TestStop);

        var next = stream.MoveNextAsync().AsTask();
        clock.Advance(TimeSpan.FromDays(1));
        server.Signal("go");

        Assert.True(await next);
    }

    [Fact]
    public void Invalid_options_are_refused_when_they_are_set()
    {
        var options = new RequestOptions();
        Assert.Throws<ArgumentOutOfRangeException>(() => options.MaximumRetryCount = -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.OperationTimeout = TimeSpan.Zero);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.OperationTimeout = TimeSpan.FromDays(25));
        Assert.Throws<ArgumentOutOfRangeException>(() => options.TotalTimeout = TimeSpan.Zero);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.TotalTimeout = TimeSpan.FromDays(25));
        (options.MaximumRetryCount, options.OperationTimeout) = (null, null);
        (options.MaximumRetryCount, options.OperationTimeout) = (0, TimeSpan.FromDays(24));
    }
}
