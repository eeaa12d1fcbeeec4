using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

public class RetryTests
{
    private static readonly Reply Good = Reply.Sse(Hello, Setup.Stop, "[DONE]");

    [Theory]
    [InlineData(408)]
    [InlineData(409)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_temporary_error_status_is_retried_twice(int status)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Json(status, """{"error":{"message":"not now"}}""").Times(2), Good);
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => (options.TimeProvider, options.Jitter) = (clock, () => 0));

        using var stream = await client.Completions.CreateStreamingAsync(Ask, clock.Skipping(), TestStop);

        Assert.Equal("Hello", string.Concat(stream.ToBlockingEnumerable().Select(chunk => chunk.Text)));
        Assert.Equal([0.5, 1], clock.WaitSeconds);
        Assert.Equal(3, server.Requests.Count);
        Assert.All(server.Requests, request => Assert.Equal(server.Requests[0].Body, request.Body));
    }

    [Theory]
    [InlineData(400, null, null, 1)]
    [InlineData(401, null, null, 1)]
    [InlineData(500, null, null, 3)]
    [InlineData(429, "121", null, 1)]
    [InlineData(429, "120", null, 3)]
    [InlineData(429, null, "false", 1)]
    [InlineData(418, null, "true", 3)]
    public async Task The_call_fails_with_the_last_attempt_s_error(int status, string? retryAfter, string? shouldRetry, int attempts)
    {
        await using var server = await LoopbackServer.StartAsync();
        var reply = Reply.Json(status, """{"error":{"message":"no","code":"c","type":"t","param":"p"}}""").Header("x-request-id", "req_1");
        reply = retryAfter is null ? reply : reply.Header("retry-after", retryAfter);
        server.Default = shouldRetry is null ? reply : reply.Header("x-should-retry", shouldRetry);
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => options.TimeProvider = clock);

        var error = await Assert.ThrowsAnyAsync<ApiStatusException>(() => client.Completions.CreateAsync(Ask, clock.Skipping(), TestStop));

        Assert.Equal(attempts, server.Requests.Count);
        Assert.Equal((status, "c", "t", "p", "req_1"), (error.StatusCode, error.Code, error.Type, error.Param, error.RequestId));
        Assert.Equal(retryAfter, error.RetryAfter?.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_connection_that_breaks_before_the_headers_is_retried()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(new Reply().Reset(), new Reply().Cut(), Good);
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => options.TimeProvider = clock);

        using var stream = await client.Completions.CreateStreamingAsync(Ask, clock.Skipping(), TestStop);

        Assert.Equal(2, stream.ToBlockingEnumerable().Count());
        Assert.Equal(2, clock.WaitSeconds.Count);
    }

    [Fact]
    public async Task A_refused_connection_is_retried_and_then_reported()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://{listener.LocalEndpoint}/");
        listener.Stop();
        var clock = new RetryClock();
        using var client = Client(address, options => options.TimeProvider = clock);

        var error = await Assert.ThrowsAsync<ApiConnectionException>(() => client.Completions.CreateAsync(Ask, clock.Skipping(), TestStop));

        Assert.Contains("refused", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, clock.WaitSeconds.Count);
    }

    [Fact]
    public async Task Silence_before_the_headers_is_retried_and_each_attempt_has_the_whole_timeout()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(new Reply().Stall(), new Reply().Stall(), Good);
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => options.TimeProvider = clock);

        var opening = client.Completions.CreateStreamingAsync(Ask, clock.Skipping(), TestStop);
        for (int attempt = 0; attempt < 2; attempt++)
        {
            await server.WaitForRequest(attempt, TimeSpan.FromSeconds(5));
            clock.Advance(TimeSpan.FromSeconds(599));
            Assert.Equal(attempt + 1, server.Requests.Count);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        using var stream = await opening;
        Assert.Equal(2, stream.ToBlockingEnumerable().Count());
        Assert.Equal(2, clock.WaitSeconds.Count);
    }

    [Fact]
    public async Task Nothing_is_retried_after_the_headers()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Header("Content-Type", "text/event-stream").Flush().Cut();
        using var client = Client(server.Http1);

        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);

        Assert.Throws<StreamEndedEarlyException>(() => stream.MoveNext());
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task The_caller_sets_the_number_of_retries()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(500, "{}");
        foreach (int retries in new[] { 0, 4 })
        {
            server.Clear();
            server.Default = Reply.Json(500, "{}");
            var clock = new RetryClock();
            using var client = Client(server.Http1, options => (options.TimeProvider, options.MaximumRetryCount) = (clock, retries));
            await Assert.ThrowsAsync<InternalServerException>(() => client.Completions.CreateAsync(Ask, clock.Skipping(), TestStop));
            Assert.Equal(retries + 1, server.Requests.Count);
        }
    }

    [Fact]
    public async Task After_a_canceled_wait_nothing_is_sent()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(500, "{}");
        using var stop = new CancellationTokenSource();
        var told = new List<CallEvent>();
        var options = new RequestOptions
        {
            OnEvent = callEvent =>
            {
                told.Add(callEvent);
                if (callEvent is RetryWaiting)
                {
                    stop.Cancel();
                }
            },
        };
        using var client = Client(server.Http1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.Completions.CreateAsync(Ask, options, stop.Token));
        Assert.Single(told.OfType<RequestSending>());
    }

    [Fact]
    public async Task An_exception_from_the_caller_s_code_is_neither_retried_nor_wrapped()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Good;
        using var client = Client(server.Http1);
        foreach (var kind in new[] { typeof(RequestSending), typeof(ResponseReceived) })
        {
            int before = server.Requests.Count;
            var options = new RequestOptions { OnEvent = callEvent => throw (callEvent.GetType() == kind ? new InvalidOperationException("mine") : new InvalidCastException()) };
            if (kind == typeof(ResponseReceived))
            {
                options.OnEvent = callEvent =>
                {
                    if (callEvent is ResponseReceived)
                    {
                        throw new InvalidOperationException("mine");
                    }
                };
            }

            var error = await Assert.ThrowsAsync<InvalidOperationException>(() => client.Completions.CreateStreamingAsync(Ask, options, TestStop));
            Assert.Equal("mine", error.Message);
            Assert.True(server.Requests.Count <= before + 1, $"{server.Requests.Count - before} requests");
        }
    }

    [Fact]
    public async Task The_token_provider_is_called_before_each_attempt_and_its_failure_is_not_retried()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Json(500, "{}"), Good);
        int asked = 0;
        var clock = new RetryClock();
        using var client = Client(server.Http1, options =>
        {
            options.TimeProvider = clock;
            options.Credential = ApiCredential.FromTokens(_ => ++asked < 3 ? Task.FromResult($"token-number-{asked}") : throw new TaskCanceledException("login timed out"));
        });

        using (await client.Completions.CreateStreamingAsync(Ask, clock.Skipping(), TestStop))
        {
            Assert.Equal(["Bearer token-number-1", "Bearer token-number-2"], server.Requests.Select(request => request.Headers["Authorization"]));
        }

        var error = await Assert.ThrowsAsync<ApiConfigurationException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));
        Assert.Contains("login timed out", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task An_error_in_a_whole_answer_does_not_mention_a_stream()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"error":{"message":"no such model","code":"c"}}""");
        using var client = Client(server.Http1);
        var error = await Assert.ThrowsAsync<ApiException>(() => client.Chat.CreateAsync(new(), cancellationToken: TestStop));
        Assert.Equal("The service reported an error: no such model", error.Message);
    }

    [Fact]
    public async Task An_exception_from_the_caller_s_code_keeps_its_stack()
    {
        using var client = new OpenAIClient(new() { Handler = new Broken(), MaximumRetryCount = 0 });
        var error = await Assert.ThrowsAsync<RecordingNotFoundException>(() => client.Models.ListAsync(null, TestStop));
        Assert.Contains(nameof(Broken.ThrowDeepInside), error.StackTrace, StringComparison.Ordinal);
    }

    private sealed class Broken : HttpMessageHandler
    {
        public static HttpResponseMessage ThrowDeepInside() => throw new RecordingNotFoundException("none", "folder");

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Yield();
            return ThrowDeepInside();
        }
    }
}
