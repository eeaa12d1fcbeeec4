using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>Each way in which a stream may end has one value.</summary>
public class StreamEndTests
{
    private const string Whole = """{"id":"c1","choices":[{"index":0,"text":"Hello","finish_reason":"stop"}]}""";

    public static TheoryData<string, Reply, StreamEnd> Ends => new()
    {
        { "the sentinel", Reply.Sse(Hello, Stop, "[DONE]"), StreamEnd.Done },
        { "the sentinel before a finish reason", Reply.Sse(Hello, "[DONE]"), StreamEnd.Done },
        { "the sentinel with blanks after it", Reply.Sse(Hello, "[DONE] \t "), StreamEnd.Done },
        { "the end of the body after a finish reason", Reply.Sse(Hello, Stop), StreamEnd.Finished },
        { "JSON in a stream's place", Reply.Json(200, Whole), StreamEnd.WholeAnswer },
        { "JSON behind a byte order mark and line breaks", Reply.Json(200, "\uFEFF\r\n \n" + Whole.Replace(",", ",\r\n")), StreamEnd.WholeAnswer },
        { "the end of the body before a finish reason", Reply.Sse(Hello), StreamEnd.EndOfBody },
        { "the sentinel with more than blanks after it", Reply.Sse(Hello, "[DONE] or not"), StreamEnd.Error },
        { "a cut", Reply.Sse(Hello).Cut(), StreamEnd.BodyCut },
        { "a reset", Reply.Sse(Hello).Flush().Reset(), StreamEnd.ConnectionReset },
        { "an error in the stream", Reply.Sse(Hello, """{"error":{"message":"no"}}"""), StreamEnd.Error },
        { "silence beyond the operation timeout", Reply.Sse(Hello).Stall(), StreamEnd.Error },
    };

    [Theory]
    [MemberData(nameof(Ends), DisableDiscoveryEnumeration = true)]
    public async Task The_last_line_summarizes_the_answer(string what, Reply reply, StreamEnd expected)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = reply;
        using var client = Client(server.Http1, options => options.OperationTimeout = TimeSpan.FromMilliseconds(what.StartsWith("silence", StringComparison.Ordinal) ? 500 : 600_000));
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        Assert.Equal(StreamEnd.Open, stream.End);
        var failure = await Record.ExceptionAsync(async () =>
        {
            while (await stream.MoveNextAsync())
            {
                Assert.Equal("Hello", stream.Current.Text + (stream.Current.Text.Length == 0 ? "Hello" : ""));
            }
        });

        Assert.Equal((expected, expected is StreamEnd.Done or StreamEnd.Finished or StreamEnd.WholeAnswer), (stream.End, stream.IsComplete));
        Assert.True(failure is null == stream.IsComplete, $"{what}: {failure}");
        Assert.Equal((failure as StreamEndedEarlyException)?.End ?? expected, stream.End);
        Assert.False(await stream.MoveNextAsync());
    }

    [Fact]
    public async Task A_response_whose_connection_stays_open_after_its_last_event_ends_without_an_error()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse("""{"type":"response.completed","sequence_number":0,"response":{"id":"r","status":"completed","output":[]}}""").Stall();
        using var client = Client(server.Http1);
        using var stream = await client.Responses.CreateStreamingAsync(new ResponseRequest { Input = "hi" }, cancellationToken: TestStop);
        Assert.Single(stream.ToBlockingEnumerable());
        Assert.Equal((StreamEnd.Silence, true), (stream.End, stream.IsComplete));
        await server.WaitForClientGone(0, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData(true, StreamEnd.Disposed)]
    [InlineData(false, StreamEnd.Canceled)]
    public async Task Leaving_early_is_distinguished_from_canceling(bool disposes, StreamEnd expected)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello).Stall();
        using var client = Client(server.Http1);
        using var stop = new CancellationTokenSource();
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: stop.Token);
        Assert.True(await stream.MoveNextAsync());
        if (disposes)
        {
            stream.Dispose();
        }
        else
        {
            await stop.CancelAsync();
        }

        await Assert.ThrowsAnyAsync<Exception>(async () => await stream.MoveNextAsync());
        Assert.Equal((expected, false), (stream.End, stream.IsComplete));
    }

    [Fact]
    public async Task An_exception_keeps_its_original_stack()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse("""{"error":{"message":"no"}}""");
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        var error = await Assert.ThrowsAsync<ApiException>(async () => await stream.MoveNextAsync());
        Assert.Contains("Decoder`1.Decode(", error.StackTrace);
    }
}
