using Microsoft.Extensions.Time.Testing;
using OpenAIStream.Loopback;
using Xunit;

namespace OpenAIStream.Tests.Streaming;

public class ResumeTests
{
    private static readonly string[] Own =
    [
        """{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","status":"in_progress","output":[]}}""",
        """{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"id":"msg_1","type":"message","role":"assistant","content":[]}}""",
        """{"type":"response.output_text.delta","sequence_number":2,"output_index":0,"content_index":0,"item_id":"msg_1","delta":"One"}""",
        """{"type":"response.output_text.delta","sequence_number":3,"output_index":0,"content_index":0,"item_id":"msg_1","delta":" two"}""",
        """{"type":"response.completed","sequence_number":4,"response":{"id":"resp_1","status":"completed","output":[]}}""",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Recordings => ["", .. Captures.Files("responses").Where(file => file.Contains("mcp-tool.1", StringComparison.Ordinal) || file.Contains("image", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task A_background_response_cut_at_any_event_resumes_without_losing_or_repeating_one(string recording)
    {
        string[] events = recording.Length == 0 ? Own : Captures.Payloads(recording);
        string id = JsonModel.FromJson<ResponseLifecycleEvent>(events[0]).Response!.Id!;
        await using var server = await LoopbackServer.StartAsync();
        using var client = new OpenAIClient(new OpenAIClientOptions { BaseAddress = server.Http1 });
        int step = events.Length > 200 ? 7 : 1;
        for (int cut = 1; cut < events.Length; cut += step) // of the longest recording every seventh
        {
            bool repeatsAll = cut % 2 == 0; // a server may send the known events again
            server.Enqueue(Reply.Sse(events[..cut]).For("POST", "/responses").Cut());
            server.Enqueue(Reply.Sse(repeatsAll ? events : events[cut..]).For("GET", $"/responses/{id}"));

            await using var stream = await client.Responses.CreateStreamingAsync(new ResponseRequest { Input = "hi", Background = true }, cancellationToken: Stop);
            var numbers = new List<long?>();
            await foreach (var chunk in stream)
            {
                numbers.Add(chunk.SequenceNumber);
            }

            Assert.Equal(Enumerable.Range(0, events.Length).Select(number => (long?)number), numbers);
            Assert.EndsWith($"?stream=true&starting_after={cut - 1}", server.Requests[^1].Path, StringComparison.Ordinal);
            Assert.True(stream.IsComplete);
        }
    }

    [Fact]
    public async Task A_stream_that_keeps_breaking_without_an_event_fails_with_the_data_to_resume_it()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse(Own[..3]).For("POST", "/responses").Cut());
        server.Enqueue(Reply.Sse().Flush().For("GET", "/responses/resp_1").Cut().Times(10));
        using var client = new OpenAIClient(new OpenAIClientOptions { BaseAddress = server.Http1, MaximumRetryCount = 1, Jitter = () => 1 });
        await using var stream = await client.Responses.CreateStreamingAsync(new ResponseRequest { Input = "hi", Background = true }, cancellationToken: Stop);

        var broken = await Assert.ThrowsAsync<StreamEndedEarlyException>(async () =>
        {
            await foreach (var _ in stream)
            {
            }
        });

        Assert.Equal(("resp_1", 2L, "One"), (broken.ResponseId, broken.SequenceNumber, broken.PartialText));
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task The_waits_before_resuming_grow_like_those_before_retries()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse(Own[..3]).For("POST", "/responses").Cut());
        server.Enqueue(Reply.Sse().Flush().For("GET", "/responses/resp_1").Cut().Times(10));
        var clock = new WaitClock();
        using var client = new OpenAIClient(new OpenAIClientOptions { BaseAddress = server.Http1, MaximumRetryCount = 3, ConnectionTimeout = TimeSpan.FromHours(1), Jitter = static () => 0, TimeProvider = clock });
        using var stream = await client.Responses.CreateStreamingAsync(new ResponseRequest { Input = "hi", Background = true }, cancellationToken: Stop);
        Assert.IsType<StreamEndedEarlyException>((await stream.ReadAsync()).Error);
        Assert.Equal([0.5, 1, 2], clock.Waits);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_total_timeout_starts_with_the_first_request_and_ends_resuming(bool isCutFirst)
    {
        await using var server = await LoopbackServer.StartAsync();
        var begun = Reply.Sse(Own[..2]).For("POST", "/responses");
        server.Enqueue(isCutFirst ? begun.Cut() : begun.Stall());
        server.Enqueue(Reply.Sse(Own[2..3]).For("GET", "/responses/resp_1").Stall().Times(5));
        using var client = new OpenAIClient(new OpenAIClientOptions { BaseAddress = server.Http1, TotalTimeout = TimeSpan.FromMilliseconds(700) });
        long at = System.Diagnostics.Stopwatch.GetTimestamp();
        await using var stream = await client.Responses.CreateStreamingAsync(new ResponseRequest { Input = "hi", Background = true }, cancellationToken: Stop);

        var late = await Assert.ThrowsAsync<ApiTimeoutException>(async () =>
        {
            await foreach (var _ in stream)
            {
            }
        });

        Assert.Equal((TimeoutKind.Total, "resp_1"), (late.Timeout, late.ResponseId));
        Assert.Equal(isCutFirst ? 2 : 1, server.Requests.Count);
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(at) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_response_that_is_gone_when_resuming_is_an_error_with_the_partial_text()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse(Own[..3]).For("POST", "/responses").Cut());
        server.Enqueue(Reply.Json(404, """{"error":{"message":"Gone."}}""").For("GET", "/responses/resp_1"));
        using var client = new OpenAIClient(new OpenAIClientOptions { BaseAddress = server.Http1 });
        await using var stream = await client.Responses.CreateStreamingAsync(new ResponseRequest { Input = "hi", Background = true }, cancellationToken: Stop);

        var gone = await Assert.ThrowsAsync<NotFoundException>(async () =>
        {
            await foreach (var _ in stream)
            {
            }
        });

        Assert.Equal(("resp_1", 2L, "One"), (gone.ResponseId, gone.SequenceNumber, gone.PartialText));
        Assert.False(await stream.MoveNextAsync());
    }

    [Fact]
    public async Task The_rest_of_a_stream_may_be_the_whole_response()
    {
        const string Whole = """{"id":"resp_1","object":"response","status":"completed","output":[]}""";
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse(Own[..3]).For("POST", "/responses").Cut());
        server.Enqueue(Reply.Json(200, Whole).For("GET", "/responses/resp_1"));
        using var client = new OpenAIClient(new OpenAIClientOptions { BaseAddress = server.Http1 });
        using var stream = await client.Responses.CreateStreamingAsync(new ResponseRequest { Input = "hi", Background = true }, cancellationToken: Stop);
        var read = await stream.ReadAsync();
        Assert.Null(read.Error);
        Assert.Equal((4, Whole, StreamEnd.WholeAnswer), (read.Chunks.Count, read.Chunks[^1].ToJson(), stream.End));
    }

    [Fact]
    public async Task An_error_outside_of_events_is_seen_after_a_break_too()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse(Own[..3]).For("POST", "/responses").Cut());
        server.Enqueue(Reply.Sse().For("GET", "/responses/resp_1").Comment("one").Send("error: it broke\n\n"));
        using var client = new OpenAIClient(new OpenAIClientOptions { BaseAddress = server.Http1 });
        using var stream = await client.Responses.CreateStreamingAsync(new ResponseRequest { Input = "hi", Background = true }, cancellationToken: Stop);
        Assert.Contains("it broke", Assert.IsType<ApiException>((await stream.ReadAsync()).Error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sentinel_before_the_last_event_is_a_cut()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse([.. Own[..3], "[DONE]"]).For("POST", "/responses"));
        server.Enqueue(Reply.Sse([Own[3], "[DONE]"]).For("GET", "/responses/resp_1"), Reply.Sse([Own[4], "[DONE]"]).For("GET", "/responses/resp_1"));
        using var client = new OpenAIClient(new OpenAIClientOptions { BaseAddress = server.Http1 });
        using var stream = await client.Responses.CreateStreamingAsync(new ResponseRequest { Input = "hi", Background = true }, cancellationToken: Stop);
        var read = await stream.ReadAsync();
        Assert.Null(read.Error);
        Assert.Equal([0L, 1L, 2L, 3L, 4L], read.Chunks.Select(static chunk => chunk.SequenceNumber!.Value));
        Assert.True(stream.IsComplete);
        Assert.EndsWith("starting_after=3", server.Requests[^1].Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sentinel_that_always_comes_too_early_is_an_error(bool noResume)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse([.. Own[..3], "[DONE]"]).For("POST", "/responses"));
        server.Enqueue(Reply.Sse("[DONE]").For("GET", "/responses/resp_1").Times(10));
        using var client = new OpenAIClient(new OpenAIClientOptions { BaseAddress = server.Http1, MaximumRetryCount = 1, Jitter = static () => 1 });
        using var stream = await client.Responses.CreateStreamingAsync(new ResponseRequest { Input = "hi", Background = true }, new RequestOptions { NoResume = noResume }, Stop);
        var error = Assert.IsType<StreamEndedEarlyException>((await stream.ReadAsync()).Error);
        Assert.Contains("[DONE] came", error.Message, StringComparison.Ordinal);
        Assert.Equal(("resp_1", 2L, "One", false), (error.ResponseId, error.SequenceNumber, error.PartialText, stream.IsComplete));
        Assert.Equal(noResume ? 1 : 3, server.Requests.Count);
    }

    [Fact]
    public async Task Only_a_sentinel_is_the_rest_of_a_stream_that_was_read_to_its_end()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse("[DONE]").For("GET", "/responses/resp_1"));
        using var client = new OpenAIClient(new OpenAIClientOptions { BaseAddress = server.Http1 });
        using var stream = client.Responses.ResumeStreaming("resp_1", 4, null, Stop);
        Assert.Null((await stream.ReadAsync()).Error);
        Assert.True(stream.IsComplete);
    }

    [Fact]
    public void The_id_of_a_response_is_required()
    {
        using var client = new OpenAIClient(new OpenAIClientOptions { BaseAddress = new Uri("http://127.0.0.1/") });
        var error = Assert.Throws<ApiConfigurationException>(() => client.Responses.ResumeStreaming("..", null, null, Stop));
        Assert.Contains("the id of a response", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anything_that_is_not_an_event_stream_is_not_taken_for_the_rest_of_one()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse(Own[..3]).For("POST", "/responses").Cut());
        server.Enqueue(new Reply().For("GET", "/responses/resp_1").Header("Content-Type", "text/markdown").Send("Down."));
        using var client = new OpenAIClient(new OpenAIClientOptions { BaseAddress = server.Http1 });
        using var stream = await client.Responses.CreateStreamingAsync(new ResponseRequest { Input = "hi", Background = true }, cancellationToken: Stop);
        var error = Assert.IsType<ResponseFormatException>((await stream.ReadAsync()).Error);
        Assert.StartsWith("The response is text/markdown, not an event stream.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task A_response_that_cannot_be_resumed_fails_when_its_connection_breaks(bool background, bool noResume)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse(Own[..3]).Cut());
        using var client = new OpenAIClient(new OpenAIClientOptions { BaseAddress = server.Http1 });
        var request = new ResponseRequest { Input = "hi", Background = background };
        await using var stream = await client.Responses.CreateStreamingAsync(request, new RequestOptions { NoResume = noResume }, Stop);

        int count = 0;
        await Assert.ThrowsAsync<StreamEndedEarlyException>(async () =>
        {
            await foreach (var _ in stream)
            {
                count++;
            }
        });

        Assert.Equal(3, count);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_response_is_resumed_from_another_process_by_its_id_and_number()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse(Own[3..]).For("GET", "/responses/resp_1"));
        using var client = new OpenAIClient(new OpenAIClientOptions { BaseAddress = server.Http1 });

        using var stream = client.Responses.ResumeStreaming("resp_1", 2, null, Stop);
        Assert.Equal([3L, 4L], stream.ToBlockingEnumerable().Select(chunk => chunk.SequenceNumber!.Value));
        Assert.Equal("/responses/resp_1?stream=true&starting_after=2", Assert.Single(server.Requests).Path);
        Assert.Equal("text/event-stream", server.Requests[0].Headers["Accept"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Leaving_while_a_stream_is_being_resumed_ends_it(bool disposes)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse(Own[..1]).For("POST", "/responses").Cut());
        server.Enqueue(new Reply().For("GET", "/responses/resp_1").Stall());
        using var client = new OpenAIClient(new OpenAIClientOptions { BaseAddress = server.Http1 });
        using var stop = new CancellationTokenSource();
        await using var stream = await client.Responses.CreateStreamingAsync(new ResponseRequest { Input = "hi", Background = true }, cancellationToken: stop.Token);
        Assert.True(await stream.MoveNextAsync());

        var next = stream.MoveNextAsync().AsTask();
        await server.WaitForRequest(1, TimeSpan.FromSeconds(10));
        if (disposes)
        {
            stream.Dispose();
        }
        else
        {
            stop.Cancel();
        }

        var error = await Record.ExceptionAsync(() => next);
        Assert.True(disposes ? error is ObjectDisposedException : error is OperationCanceledException, $"{error}");
        await server.WaitForClientGone(1, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task After_the_last_event_a_connection_that_stays_open_is_not_waited_for_and_another_response_is_read()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse([.. Own, .. Own]).Stall());
        using var client = new OpenAIClient(new OpenAIClientOptions { BaseAddress = server.Http1 });
        using var stream = client.Responses.CreateStreaming(new ResponseRequest { Input = "hi" }, cancellationToken: Stop);

        Assert.Equal(Own.Length * 2, stream.ToBlockingEnumerable().Count());
        Assert.True(stream.IsComplete);
        await server.WaitForClientGone(0, TimeSpan.FromSeconds(10));
    }

    /// <summary>A clock that skips every wait of a few seconds. Timeouts are longer.</summary>
    private sealed class WaitClock : FakeTimeProvider
    {
        public List<double> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromSeconds(10))
            {
                Waits.Add(dueTime.TotalSeconds);
                ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
            }

            return timer;
        }
    }
}
