using Microsoft.Extensions.Time.Testing;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>Reading a stream: cancellation, repeated reading, and how it ends.</summary>
public class SseStreamTests
{
    private const string Html = "<html>Sign in";

    [Fact]
    public async Task The_loop_s_own_cancellation_token_ends_a_wait()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello).Stall();
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        using var stop = new CancellationTokenSource();
        await using var chunks = stream.WithCancellation(stop.Token).GetAsyncEnumerator();
        Assert.True(await chunks.MoveNextAsync());
        var waiting = chunks.MoveNextAsync();
        await stop.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        Assert.Equal((stop.Token, StreamEnd.Canceled), (error.CancellationToken, stream.End));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_is_read_once(bool blocks)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello, Http.Setup.Stop, "[DONE]");
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        Assert.Equal(2, stream.ToBlockingEnumerable().Count());
        var error = Assert.Throws<InvalidOperationException>(() => blocks ? stream.ToBlockingEnumerable() : (object)stream.GetAsyncEnumerator(TestStop));
        Assert.Contains("store them in a list", error.Message);
    }

    [Fact]
    public async Task The_text_of_a_stream_is_the_text_of_all_its_pieces()
    {
        string large = string.Join(" ", Enumerable.Range(0, 5000));
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello, Hello.Replace("Hello", large), Hello.Replace("Hello", "Bye"), Http.Setup.Stop, "[DONE]");
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        Assert.Equal(4, stream.ToBlockingEnumerable().Count());
        Assert.Equal($"Hello{large}Bye", stream.ToString());
    }

    [Fact]
    public async Task The_next_chunk_can_be_seen_without_being_taken()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello, Http.Setup.Stop, "[DONE]");
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        var first = await stream.PeekAsync();
        Assert.Same(first, await stream.PeekAsync());
        Assert.Throws<InvalidOperationException>(() => stream.Current);
        Assert.True(await stream.MoveNextAsync());
        Assert.Same(first, stream.Current);
        var second = await stream.PeekAsync();
        Assert.Same(first, stream.Current);
        Assert.True(stream.MoveNext());
        Assert.Same(second, stream.Current);
        Assert.Null(await stream.PeekAsync());
        Assert.False(stream.MoveNext());
        Assert.True(stream.IsComplete);
    }

    [Fact]
    public async Task A_later_chunk_can_be_seen_and_those_before_it_are_returned_first()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello, Hello.Replace("Hello", "World", StringComparison.Ordinal) + " ", Http.Setup.Stop, "[DONE]");
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        var second = await stream.PeekAsync(static chunk => chunk.Text == "World");
        Assert.Equal("World", second!.Text);
        Assert.Equal("Hello", (await stream.PeekAsync())!.Text);
        Assert.Same(second, await stream.PeekAsync(static chunk => chunk.Text == "World"));
        Assert.Throws<InvalidOperationException>(() => stream.Current);
        Assert.True(stream.MoveNext());
        Assert.Equal(("Hello", Hello.Length), (stream.Current.Text, stream.EventBytes));
        Assert.Null(await stream.PeekAsync(static chunk => chunk.Text == "none"));
        Assert.Equal(("Hello", Hello.Length), (stream.Current.Text, stream.EventBytes));
        Assert.Equal(["World", ""], stream.ToBlockingEnumerable().Select(static chunk => chunk.Text));
        Assert.True(stream.IsComplete);
        await Assert.ThrowsAsync<ArgumentNullException>(() => stream.PeekAsync(null!));
    }

    [Fact]
    public async Task What_goes_wrong_with_the_next_chunk_is_an_error_of_who_looks()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello).Cut();
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        Assert.NotNull(await stream.PeekAsync());
        Assert.True(await stream.MoveNextAsync());
        await Assert.ThrowsAsync<StreamEndedEarlyException>(stream.PeekAsync);
    }

    [Fact]
    public async Task What_goes_wrong_with_a_later_chunk_leaves_those_before_it()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello).Cut();
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        await Assert.ThrowsAsync<StreamEndedEarlyException>(() => stream.PeekAsync(static chunk => chunk.Text == "none"));
        Assert.True(stream.MoveNext());
        Assert.Equal("Hello", stream.Current.Text);
        Assert.False(stream.MoveNext());
        Assert.False(stream.IsComplete);
    }

    [Fact]
    public async Task Current_is_set_only_after_MoveNext()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello, Http.Setup.Stop, "[DONE]");
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        Assert.StartsWith("There is no current chunk. Call MoveNext first", Assert.Throws<InvalidOperationException>(() => stream.Current).Message);
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal("Hello", stream.Current.Text);
    }

    [Fact]
    public async Task A_wait_before_another_attempt_ends_with_the_caller_s_token()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(500, "{}");
        var clock = new FakeTimeProvider(); // stands still: nothing else ends the wait
        using var client = Client(server.Http1, options => (options.TimeProvider, options.ConnectionTimeout) = (clock, Timeout.InfiniteTimeSpan));
        using var stop = new CancellationTokenSource();
        var options = new RequestOptions { OnEvent = StopWhileWaiting };
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.Completions.CreateAsync(Ask, options, stop.Token));
        Assert.Equal(("The call was canceled.", stop.Token), (error.Message, error.CancellationToken));
        Assert.Single(server.Requests);

        void StopWhileWaiting(CallEvent told)
        {
            if (told is RetryWaiting)
            {
                stop.CancelAfter(1);
            }
        }
    }

    [Fact]
    public async Task An_HTML_answer_is_not_an_event_stream_whatever_its_type_says()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Send(Html);
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        var error = await Assert.ThrowsAsync<ResponseFormatException>(async () => await stream.MoveNextAsync());
        Assert.Equal("The response is of an undeclared type, not an event stream. Check the base address. It says: Sign in", error.Message);
    }

    [Fact]
    public async Task A_body_that_cannot_be_decompressed_is_released()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello).Header("Content-Encoding", "zip").Stall();
        using var client = Client(server.Http1);
        await Assert.ThrowsAnyAsync<ApiException>(() => client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop));
        await server.WaitForClientGone(0, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Speech_ends_with_its_last_event()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse("""{"type":"speech.audio.delta","audio":"AA=="}""", """{"type":"speech.audio.done"}""").Stall();
        using var client = Client(server.Http1);
        using var stream = await client.Audio.CreateSpeechStreamingAsync(new() { Input = "hi", Voice = "alloy" }, cancellationToken: TestStop);
        var read = await stream.ReadAsync();
        Assert.Null(read.Error);
        Assert.Equal(StreamEnd.Silence, stream.End);
    }

    [Fact]
    public async Task A_completed_response_has_that_as_its_finish_reason()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse("""{"type":"response.created","response":{"id":"r"}}""", """{"type":"response.completed","response":{"id":"r"}}""");
        using var client = Client(server.Http1);
        using var stream = await client.Responses.CreateStreamingAsync(new ResponseRequest { Input = "hi" }, cancellationToken: TestStop);
        Assert.Null((await stream.ReadAsync()).Error);
        Assert.Equal("completed", stream.FinishReason);
    }

    [Fact]
    public async Task A_run_that_begins_after_another_is_not_finished_by_that_one()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Header("Content-Type", "text/event-stream")
            .Send("event: thread.run.completed\ndata: {\"id\":\"run_1\"}\n\nevent: thread.run.created\ndata: {\"id\":\"run_2\"}\n\n");
        using var client = Client(server.Http1);
        using var stream = await client.Assistants.CreateStreamingAsync(new ThreadRunRequest { ThreadId = "t", AssistantId = "a" }, cancellationToken: TestStop);
        Assert.IsType<StreamEndedEarlyException>((await stream.ReadAsync()).Error);
    }
}
