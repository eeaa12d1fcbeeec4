using OpenAIStream.Loopback;
using OpenAIStream.Tests.Recordings;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

/// <summary>Which requests are sent again after a failure in which the service may have acted on them.</summary>
public class RepeatTests
{
    private static readonly Dictionary<string, Func<OpenAIClient, RequestOptions, Task>> Requests = new()
    {
        ["a new conversation"] = static (client, options) => client.Conversations.CreateAsync(null, options, TestStop),
        ["items of a conversation"] = static (client, options) => client.Conversations.AddItemsAsync("conv_1", ResponseInput.From(new ChatMessage("user", "hi")), options, TestStop),
        ["the metadata of a conversation"] = static (client, options) => client.Conversations.UpdateAsync("conv_1", new JsonMap { ["topic"] = "x" }, options, TestStop),
        ["a thread and its run"] = static (client, options) => client.Assistants.CreateAsync(new() { AssistantId = "a" }, options, TestStop),
        ["a streamed run"] = static (client, options) => client.Assistants.CreateStreamingAsync(new() { AssistantId = "a", ThreadId = "t" }, options, TestStop),
        ["the output of tools"] = static (client, options) => client.Assistants.SubmitToolOutputsAsync("t", "r", [new() { ToolCallId = "c", Output = "4" }], options, TestStop),
        ["a response"] = static (client, options) => client.Responses.CreateAsync(new() { Input = "hi" }, options, TestStop),
        ["a background response"] = static (client, options) => client.Responses.CreateAsync(new() { Input = "hi", Background = true }, options, TestStop),
        ["a streamed background response"] = static (client, options) => client.Responses.CreateStreamingAsync(new() { Input = "hi", Background = true }, options, TestStop),
        ["a response of a conversation"] = static (client, options) => client.Responses.CreateAsync(new() { Input = "hi", Conversation = "conv_1" }, options, TestStop),
    };

    public static TheoryData<string, bool> Repeatable => new(
        from request in Requests.Keys
        select (request, request is "the metadata of a conversation" or "a response"));

    [Theory]
    [MemberData(nameof(Repeatable))]
    public async Task A_request_that_creates_something_is_not_sent_again_if_the_service_may_have_acted(string request, bool isRepeatable)
    {
        await using var server = await LoopbackServer.StartAsync();
        foreach (var fault in new[] { Reply.Json(500, "{}"), new Reply().Cut() })
        {
            server.Clear();
            server.Default = fault;
            var clock = new RetryClock();
            using var client = Client(server.Http1, options => options.TimeProvider = clock);
            var error = await Assert.ThrowsAnyAsync<ApiException>(() => Requests[request](client, clock.Skipping()));
            Assert.Equal((isRepeatable ? 3 : 1, !isRepeatable), (server.Requests.Count, error.MayHaveActed));
        }
    }

    /// <summary>The answer has begun, so the service has acted, or the time for the whole call is over.</summary>
    [Theory]
    [InlineData(true, "half an answer")]
    [InlineData(true, "no answer in time")]
    [InlineData(false, "half an answer")]
    [InlineData(false, "no answer in time")]
    public async Task An_answer_that_did_not_arrive_as_a_whole_may_have_had_an_effect(bool isRepeatable, string fault)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = fault == "half an answer" ? new Reply().Header("content-type", "application/json").Send("""{"id":"resp_1",""").Cut() : new Reply().Stall();
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => (options.TimeProvider, options.TotalTimeout) = (clock, TimeSpan.FromSeconds(60)));
        var call = client.Responses.CreateAsync(new() { Input = "hi", Conversation = isRepeatable ? null : "conv_1" }, null, TestStop);
        await server.WaitForRequest(0, TimeSpan.FromSeconds(5));
        await clock.AdvanceUntilAsync(call, TimeSpan.FromSeconds(fault == "half an answer" ? 0 : 61));
        var error = await Assert.ThrowsAnyAsync<ApiConnectionException>(() => call);
        Assert.Equal((1, !isRepeatable), (server.Requests.Count, error.MayHaveActed));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_stream_that_breaks_says_whether_its_request_may_be_sent_again(bool isRepeatable, bool mayHaveActed)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse("""{"type":"response.created","response":{"id":"resp_1"}}""").Cut();
        using var client = Client(server.Http1);
        using var stream = await client.Responses.CreateStreamingAsync(new() { Input = "hi", Conversation = isRepeatable ? null : "conv_1" }, null, TestStop);
        Assert.True(await stream.MoveNextAsync());
        var error = await Assert.ThrowsAnyAsync<ApiConnectionException>(async () => await stream.MoveNextAsync());
        Assert.Equal(mayHaveActed, error.MayHaveActed);
    }

    /// <summary>The status says more than its body, which does not end.</summary>
    [Fact]
    public async Task An_error_whose_body_takes_longer_than_the_whole_call_is_the_error_of_its_status()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Status(500).Header("content-type", "application/json").Send("{").Flush().Stall();
        var clock = new RetryClock();
        var received = new TaskCompletionSource();
        using var client = Client(server.Http1, options => (options.TimeProvider, options.TotalTimeout) = (clock, TimeSpan.FromSeconds(3)));
        var options = new RequestOptions { OnEvent = happened => _ = happened is ResponseReceived && received.TrySetResult() };
        var call = client.Conversations.CreateAsync(null, options, TestStop);
        await received.Task.WaitAsync(TimeSpan.FromSeconds(5), TestStop);
        await clock.AdvanceUntilAsync(call, TimeSpan.FromSeconds(4));
        var error = await Assert.ThrowsAsync<InternalServerException>(() => call);
        Assert.Equal((1, true), (server.Requests.Count, error.MayHaveActed));
    }

    [Theory]
    [MemberData(nameof(Repeatable))]
    public async Task Any_request_is_sent_again_if_the_service_has_not_acted(string request, bool isRepeatable)
    {
        _ = isRepeatable;
        await using var server = await LoopbackServer.StartAsync();
        foreach (var refusal in new[] { Reply.Json(429, "{}"), Reply.Json(503, "{}").Header("retry-after", "1") })
        {
            server.Clear();
            server.Default = refusal;
            var clock = new RetryClock();
            using var client = Client(server.Http1, options => options.TimeProvider = clock);
            var error = await Assert.ThrowsAnyAsync<ApiStatusException>(() => Requests[request](client, clock.Skipping()));
            Assert.Equal((3, false), (server.Requests.Count, error.MayHaveActed));
        }
    }

    [Theory]
    [InlineData(TransportKind.Http, false)]
    [InlineData(TransportKind.Http, true)]
    [InlineData(TransportKind.Auto, false)]
    [InlineData(TransportKind.WebSocket, false)]
    public async Task Any_request_is_sent_again_if_the_connection_was_refused(TransportKind transport, bool isRecorded)
    {
        using var folder = new TestFolder();
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://{listener.LocalEndpoint}/");
        listener.Stop();
        foreach (bool isBackground in new[] { false, true })
        {
            var clock = new RetryClock();
            using var client = Client(address, options => (options.TimeProvider, options.Transport, options.Handler) = (clock, transport, isRecorded ? new RecordingHandler(folder.Path) : null));
            var request = new ResponseRequest { Input = "hi", Background = isBackground ? true : null, Conversation = "conv_1" };
            await Assert.ThrowsAsync<ApiConnectionException>(() => client.Responses.CreateAsync(request, clock.Skipping(), TestStop));
            Assert.Equal(2, clock.WaitSeconds.Count);
        }
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(0, true)]
    [InlineData(429, false)] // the service did not act, so something else has deleted it, or it never existed
    [InlineData(404, false)]
    public async Task What_is_gone_after_a_lost_answer_was_deleted(int first, bool isDeleted)
    {
        await using var server = await LoopbackServer.StartAsync();
        var gone = Reply.Json(404, """{"error":{"message":"No such file."}}""");
        server.Enqueue(first == 0 ? new Reply().Stall() : Reply.Json(first, "{}"), gone, gone);
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => options.TimeProvider = clock);
        var deleting = client.Files.DeleteAsync("file-1", clock.Skipping(), TestStop);
        if (first == 0)
        {
            await server.WaitForRequest(0, TimeSpan.FromSeconds(5));
            clock.Advance(TimeSpan.FromSeconds(600));
        }

        var error = await Record.ExceptionAsync(() => deleting);
        Assert.Equal(isDeleted ? null : typeof(NotFoundException), error?.GetType());
        Assert.Equal(first == 404 ? 1 : 2, server.Requests.Count);
    }
}
