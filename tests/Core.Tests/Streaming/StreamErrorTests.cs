using System.Text;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>Which objects are errors, whatever came before them, and the reported position of an error in the stream.</summary>
public class StreamErrorTests
{
    private const string Chatter = "event: ping\n\nid: 7\n\nretry: 1\n\n: comment\n\n";

    /// <summary>A chunk that is not an error, and an error with the same field names.</summary>
    public static TheoryData<string, string> Errors => new()
    {
        { """{"id":"1","error":null,"choices":[]}""", """{"id":"1","error":{"message":"m"},"choices":[]}""" },
        { """{"id":"1","error":false,"choices":[]}""", """{"id":"1","error":{"message":"m"},"choices":[]}""" },
        { """{"id":"1","error":"","choices":[]}""", """{"id":"1","error":"m","choices":[]}""" },
        { """{"type":"ping","message":"m","choices":[]}""", """{"type":"error","message":"m","choices":[]}""" },
        { """{"type":null,"message":"m","choices":[]}""", """{"type":"error","message":"m","choices":[]}""" },
        { """{"type":"response.queued","response":{"error":{"message":"m"}},"choices":[]}""", """{"type":"response.failed","response":{"error":{"message":"m"}},"choices":[]}""" },
        { """{"type":"response.completed","response":{"id":"m"},"choices":[]}""", """{"type":"response.completed","response":{"id":"m","status":"failed"},"choices":[]}""" },
        { """{"object":"chunk","message":"m","choices":[]}""", """{"object":"error","message":"m","choices":[]}""" },
        { """{"id":"1","choices":[]}""", """{"id":"1","choices":[],"error":{"message":"m"}}""" },
        { """{"choices":[]}""", """{"error":{"message":"m"}}""" },
    };

    /// <summary>The same for a choice.</summary>
    public static TheoryData<string, string> ErrorsOfChoices => new()
    {
        { """{"choices":[{"index":0,"error":null}]}""", """{"choices":[{"index":0,"error":{"message":"m"}}]}""" },
        { """{"choices":[{"index":0,"error":{}}]}""", """{"choices":[{"index":0,"error":{"message":"m"}}]}""" },
        { """{"choices":[{"index":0,"error":""}]}""", """{"choices":[{"index":0,"error":"m"}]}""" },
        { """{"choices":[{"index":0,"finish_reason":null}]}""", """{"choices":[{"index":0,"finish_reason":"error"}]}""" },
        { """{"choices":[{"index":0,"finish_reason":"stop"}]}""", """{"choices":[{"index":0,"finish_reason":"ERROR"}]}""" },
        { """{"choices":[{"index":0,"finish_reason":null}]}""", """{"choices":[{"index":0,"finish_reason":null},{"index":1,"error":{"message":"m"}}]}""" },
    };

    public static TheoryData<string> Harmless =>
    [
        """{"choices":[],"error":null}""",
        """{"choices":[],"error":false}""",
        """{"choices":[],"error":""}""",
        """{"choices":[],"type":"message"}""",
        """{"choices":[],"type":"response.completed"}""",
        """{"choices":[],"type":null}""",
        """{"choices":[],"message":"error"}""",
    ];

    /// <summary>The data before a broken event, and the number of events in it.</summary>
    public static TheoryData<string, int> Places => new()
    {
        { "", 0 },
        { Chatter, 0 },
        { "data:\n\n", 1 },
        { "event: ping\ndata:\n\n", 1 },
        { $"data: {Hello}\n\n", 1 },
        { $"data:{Hello}\r\n\r\n", 1 },
        { $"{Chatter}data: {Hello}\n\n{Chatter}data: {Hello}\n\n{Chatter}", 2 },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public Task An_error_is_seen_after_chunks_of_the_same_fields(string chunk, string error) => SeesAsync(chunk, error, isOfAny: true);

    [Theory]
    [MemberData(nameof(ErrorsOfChoices))]
    public Task An_error_of_a_choice_is_seen_after_choices_of_the_same_fields(string chunk, string error) => SeesAsync(chunk, error, isOfAny: false);

    [Fact]
    public async Task Lines_outside_of_events_are_one_error_only_without_an_event_between_them()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse().Comment("one").Send($"{{\ndata: {Hello}\n\n\"error\":{{\"message\":\"m\"}}}}\n\ndata: {Stop}\n\n");
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, null, TestStop);
        var read = await stream.ReadAsync();
        Assert.Equal((2, null), (read.Chunks.Count, read.Error));
    }

    [Fact]
    public async Task Lines_outside_of_events_are_an_error_whatever_ignored_lines_are_between_them()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse().Comment("one").Send("nothing\n{\n: comment\n\"error\":{\"message\":\"m\"}}\n\n");
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, null, TestStop);
        Assert.Contains("m", Assert.IsType<ApiException>((await stream.ReadAsync()).Error).Message, StringComparison.Ordinal);
    }

    private static async Task SeesAsync(string chunk, string error, bool isOfAny)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(chunk, chunk, chunk, error).Header("x-request-id", "r").Stall();
        using var client = Client(server.Http1);
        using var modeled = await client.Completions.CreateStreamingAsync(Ask, null, TestStop);
        using var chat = await client.Chat.CreateStreamingAsync(new(), null, TestStop);

        Check(await modeled.ReadAsync());
        Check(await chat.ReadAsync());
        if (isOfAny)
        {
            using var objects = await client.StreamAsync<JsonMap>(HttpMethod.Get, "x", null, null, TestStop);
            Check(await objects.ReadAsync());
        }

        void Check<T>(Reading.Read<T> read)
        {
            Assert.Equal(3, read.Chunks.Count);
            var raised = Assert.IsType<ApiException>(read.Error);
            Assert.Equal((error, "r"), (raised.Body, raised.RequestId));
        }
    }

    [Theory]
    [MemberData(nameof(Harmless))]
    public async Task An_object_that_only_looks_like_an_error_is_not_one(string json)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse(json, json, "[DONE]"), Reply.Json(200, json), Reply.Json(200, json));
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, null, TestStop);

        var read = await stream.ReadAsync();

        Assert.Null(read.Error);
        Assert.Equal([json, json], read.Chunks.Select(chunk => chunk.ToJson()));
        Assert.Equal(json, (await client.Completions.CreateAsync(Ask, null, TestStop)).ToJson());
        using var whole = await client.Completions.CreateStreamingAsync(Ask, null, TestStop);
        Assert.Equal(json, Assert.Single((await whole.ReadAsync()).Chunks).ToJson());
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task An_error_names_the_event_and_the_byte_where_its_data_begins(string before, int index)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Header("Content-Type", "text/event-stream").Send(before + "data: {\"broken\n\n").Stall();
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, null, TestStop);

        var error = Assert.IsType<ResponseFormatException>((await stream.ReadAsync()).Error);

        long offset = Encoding.UTF8.GetByteCount(before) + "data: ".Length;
        Assert.Equal((index, offset, "{\"broken"), (error.EventIndex, error.ByteOffset, error.Body));
        Assert.StartsWith($"Event {index} of the stream, at byte {offset}, is not valid JSON", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("broken", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void An_event_that_is_too_large_is_named_in_the_same_way(string before, int index)
    {
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes($"{before}data: {new string('x', 200)}\n\n"));
        var decoder = new SseDecoder { MaxEventBytes = 199 };

        var error = Assert.Throws<EventTooLargeException>(() => decoder.Decode(bytes).Count());

        Assert.Equal(index, error.EventIndex);
        Assert.StartsWith($"Event {index} of the stream, at byte {Encoding.UTF8.GetByteCount(before)}, ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    public async Task An_event_that_is_not_an_object_is_refused_with_a_clear_error(string json)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello, json);
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, null, TestStop);

        var error = Assert.IsType<ResponseFormatException>((await stream.ReadAsync()).Error);

        Assert.EndsWith(", is JSON, but not an object.", error.Message, StringComparison.Ordinal);
        Assert.Equal((1L, json, "Hello"), (error.EventIndex, error.Body, error.PartialText));
    }
}
