using System.Text.Json;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>A service that answers with plain JSON instead of a stream, and one that has nothing more to send.</summary>
public class WholeAnswerTests
{
    private const string Response = """{"id":"resp_1","object":"response","status":"completed","output":[]}""";
    private const string Neither = "The response is JSON, but neither the requested object nor an error. Check the base address.";

    public static TheoryData<string, string, string?> Answers => new()
    {
        { "responses", Response, null },
        { "objects", Response, null },
        { "objects", "{\"a\":\n1}\r\n", null },
        { "events", Response, null },
        { "assistants", """{"id":"run_1"}""", null },
        { "completions", """{"choices":[]}""", null },
        { "completions", Response, Neither },
        { "chat", """{"choices":[]}""", null },
        { "chat", Response, Neither },
        { "transcriptions", """{"text":"Hi"}""", null },
        { "transcriptions", """{"type":"transcript.text.done"}""", null },
        { "transcriptions", Response, Neither },
        { "images", """{"type":"image_generation.completed"}""", "The response contains no image." },
        { "images", """{"type":"image_generation.completed","b64_json":"AA=="}""", null },
        { "images", """{"created":1,"data":[]}""", "The response contains no image." },
        { "images", """{"created":1,"data":[{"b64_json":"AA=="}]}""", null },
        { "images", Response, Neither },
        { "speech", """{"audio":"AA=="}""", null },
        { "speech", """{"audio":""}""", Neither },
    };

    /// <summary>The events of a resumed stream after event 2, and whether it ends there.</summary>
    public static TheoryData<string[], long?, int, bool> Rests => new()
    {
        { [], 2, 0, false },
        { [], null, 0, false },
        { [Numbered(2)], 2, 0, false },
        { [Numbered(3)], 2, 1, false },
        { [Numbered(3), Completed(4)], 2, 2, true },
        { [Numbered(1), Numbered(2), Completed(3)], 2, 1, true },
        { [Numbered(0), Completed(1)], null, 2, true },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Plain_JSON_is_a_stream_of_one_chunk_if_it_has_the_requested_type(string api, string json, string? message)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, json);
        using var client = Client(server.Http1);

        var (chunks, error, isComplete) = api switch
        {
            "responses" => await ReadAsync(client.Responses.CreateStreamingAsync(new() { Input = "hi" }, null, TestStop)),
            "objects" => await ReadAsync(client.StreamAsync<JsonMap>(HttpMethod.Get, "x", null, null, TestStop)),
            "events" => await ReadAsync(client.StreamAsync<ServerSentEvent>(HttpMethod.Get, "x", null, null, TestStop)),
            "assistants" => await ReadAsync(client.Assistants.CreateStreamingAsync(new() { AssistantId = "a" }, null, TestStop)),
            "completions" => await ReadAsync(client.Completions.CreateStreamingAsync(Ask, null, TestStop)),
            "chat" => await ReadAsync(client.Chat.CreateStreamingAsync(new(), null, TestStop)),
            "transcriptions" => await ReadAsync(client.Audio.Transcriptions.CreateStreamingAsync(new() { Audio = [1] }, null, TestStop)),
            "images" => await ReadAsync(client.Images.CreateStreamingAsync(new(), null, TestStop)),
            _ => await ReadAsync(client.Audio.CreateSpeechStreamingAsync(new() { Input = "hi" }, null, TestStop)),
        };

        Assert.Equal(message, error?.Message);
        Assert.True(error is null or ResponseFormatException, $"{error}");
        Assert.Equal(message is null, isComplete);
        Assert.Equal(message is null ? [JsonSerializer.Serialize(JsonDocument.Parse(json))] : [], chunks);
    }

    [Theory]
    [InlineData("application/json", "", "The response is empty.")]
    [InlineData("application/json", "{\"choices\":[", "The response is not valid JSON.")]
    [InlineData("text/html", "<html>", "The response is text/html, not JSON. Check the base address.")]
    [InlineData("text/plain", "a &lt; b", "The response is text/plain, not JSON. Check the base address. It says: a &lt; b")]
    [InlineData("text/plain", "Hi\u0001", "The response is text/plain, not JSON. Check the base address.")]
    [InlineData(null, "Hi", "The response is of an undeclared type, not JSON. Check the base address. It says: Hi")]
    public async Task A_whole_answer_that_is_not_JSON_is_reported_as_what_it_is(string? type, string body, string message)
    {
        await using var server = await LoopbackServer.StartAsync();
        var reply = new Reply().Send(body);
        server.Default = type is null ? reply : reply.Header("Content-Type", type);
        using var client = Client(server.Http1);
        var error = await Assert.ThrowsAsync<ResponseFormatException>(() => client.Completions.CreateAsync(Ask, null, TestStop));
        Assert.Equal((message, body), (error.Message, error.Body));
    }

    [Theory]
    [InlineData("""{"object":"response"}""")]
    [InlineData("""{"output":[]}""")]
    [InlineData("""{"status":"queued"}""")]
    [InlineData("""{"status":"in_progress"}""")]
    [InlineData("""{"status":"completed"}""")]
    [InlineData("""{"status":"incomplete"}""")]
    [InlineData("""{"status":"cancelled"}""")]
    public async Task A_response_may_contain_only_its_status(string json)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, json);
        using var client = Client(server.Http1);
        Assert.Equal(json, (await client.Responses.CreateAsync(new() { Input = "hi" }, null, TestStop)).ToJson());
    }

    [Fact]
    public async Task A_call_that_is_canceled_while_its_answer_is_read_ends_as_canceled()
    {
        using var stop = new CancellationTokenSource();
        string json = $$"""{"choices":[{{string.Join(",", Enumerable.Repeat("{}", 5000))}}]}""";
        var body = new CancellingAtEnd(System.Text.Encoding.UTF8.GetBytes(json), stop);
        var handler = new Recordings.StubHandler(new(), []) { Set = response => response.Content = new StreamContent(body) };
        using var client = new OpenAIClient(new() { BaseAddress = new("http://bytes.test/"), Handler = handler });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.Completions.CreateAsync(Ask, null, stop.Token));
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("""{"n":2}""", false)]
    public async Task Events_instead_of_a_whole_answer_give_as_many_answers_as_were_requested(string fields, bool isWhole)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello, Stop);
        using var client = Client(server.Http1);
        var request = JsonModel.FromJson<CompletionRequest>(fields);
        var error = await Record.ExceptionAsync(() => client.Completions.CreateAsync(request, null, TestStop));
        Assert.Equal(isWhole ? null : typeof(StreamEndedEarlyException), error?.GetType());
    }

    [Theory]
    [InlineData("data: ")]
    [InlineData("event: e\ndata: ")]
    [InlineData("id: 1\ndata: ")]
    [InlineData("retry: 1\ndata: ")]
    [InlineData("\uFEFF\r\n data: x\ndata: ")]
    public async Task Events_instead_of_a_whole_answer_are_recognized_byte_by_byte(string beginning)
    {
        using var client = ByteByByte($"{beginning}{Hello}\n\ndata: {Stop}\n\n");
        Assert.Equal("Hello", (await client.Completions.CreateAsync(Ask, null, TestStop)).Text);
    }

    [Fact]
    public async Task An_error_outside_of_events_is_recognized_byte_by_byte()
    {
        using var client = ByteByByte("error: no\n\n");
        Assert.Contains("no", (await Assert.ThrowsAsync<ApiException>(() => client.Completions.CreateAsync(Ask, null, TestStop))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_are_not_an_answer_where_they_cannot_be_joined()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse("{}");
        using var client = Client(server.Http1);
        var error = await Assert.ThrowsAsync<ResponseFormatException>(() => client.Models.ListAsync(null, TestStop));
        Assert.Equal("The response is text/event-stream, not JSON. Check the base address. It says: data: {}", error.Message);
    }

    [Fact]
    public async Task A_transcription_may_have_its_text_only_in_segments()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"segments":[{"text":"Hi"}]}""");
        using var client = Client(server.Http1);
        var answer = await client.Audio.Transcriptions.CreateAsync(new() { Audio = [1] }, cancellationToken: TestStop);
        Assert.Equal("""{"segments":[{"text":"Hi"}]}""", answer.ToJson());
    }

    [Fact]
    public async Task A_list_of_models_may_be_a_bare_array()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """[{"id":"a"},{"id":"b"}]""");
        using var client = Client(server.Http1);
        Assert.Equal(["a", "b"], (await client.Models.ListAsync(null, TestStop)).Select(static model => model.Id));
    }

    [Fact]
    public async Task A_long_answer_is_joined_from_all_its_pieces()
    {
        await using var server = await LoopbackServer.StartAsync();
        string text = string.Join(" ", Enumerable.Range(0, 20_000));
        server.Default = Reply.Json(200, $$"""{"choices":[{"index":0,"text":"{{text}}","finish_reason":"stop"}]}""");
        using var client = Client(server.Http1);
        Assert.Equal(text, (await client.Completions.CreateAsync(Ask, null, TestStop)).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_request_id_in_the_body_is_used_if_no_header_has_one(bool isStream)
    {
        const string Error = """{"error":{"message":"m"},"request_id":"req_9"}""";
        await using var server = await LoopbackServer.StartAsync();
        server.Default = isStream ? Reply.Sse(Error) : Reply.Json(200, Error);
        using var client = Client(server.Http1);
        Assert.Equal("req_9", (await Assert.ThrowsAsync<ApiException>(() => client.Completions.CreateAsync(Ask, null, TestStop))).RequestId);

        server.Default = server.Default.Header("x-request-id", "of the header");
        string? id = (await Assert.ThrowsAsync<ApiException>(() => client.Completions.CreateAsync(Ask, null, TestStop))).RequestId;
        Assert.Equal(isStream ? "req_9" : "of the header", id);
    }

    [Fact]
    public async Task Audio_is_an_answer_only_where_speech_was_requested()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Header("Content-Type", "application/octet-stream").Send([0xFF, 0xFB, 0x90, 0x00, 0x01]);
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, null, TestStop);
        var error = Assert.IsType<ResponseFormatException>((await stream.ReadAsync()).Error);
        Assert.StartsWith("The response contains no event, only 5 bytes of other data.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"choices":[]""", "The response is not valid JSON (byte 13 of its data).")]
    [InlineData("data: {\"choices\":[]\n\n", "Event 0 of the stream, at byte 6, is not valid JSON (byte 13 of its data).")]
    public async Task Broken_JSON_is_reported_with_its_position(string body, string message)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Header("Content-Type", "text/event-stream").Send(body);
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, null, TestStop);
        Assert.Equal(message, (await stream.ReadAsync()).Error?.Message);
    }

    [Theory]
    [MemberData(nameof(Rests))]
    public async Task A_response_resumed_by_its_id_is_complete_when_it_says_so(string[] events, long? after, int count, bool isWhole)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = events.Length > 0 ? Reply.Sse(events) : Reply.Sse().Flush();
        using var client = Client(server.Http1);
        using var stream = await client.Responses.ResumeStreamingAsync("resp_1", after, new RequestOptions { NoResume = true }, TestStop);

        var read = await stream.ReadAsync();

        Assert.Equal((count, isWhole), (read.Chunks.Count, stream.IsComplete));
        Assert.Equal(after is null ? "/responses/resp_1?stream=true" : $"/responses/resp_1?stream=true&starting_after={after}", server.Requests[0].Path);
        if (!isWhole)
        {
            var error = Assert.IsType<StreamEndedEarlyException>(read.Error);
            Assert.Equal(("resp_1", read.Chunks.Count > 0 ? read.Chunks[^1].SequenceNumber : after), (error.ResponseId, error.SequenceNumber));
        }
    }

    private static OpenAIClient ByteByByte(string body) =>
        new(new() { BaseAddress = new("http://bytes.test/"), Handler = new Recordings.StubHandler(new(), [.. System.Text.Encoding.UTF8.GetBytes(body).Select(static one => new[] { one })]) });

    [Fact]
    public async Task A_long_text_after_a_byte_order_mark_is_complete()
    {
        await using var server = await LoopbackServer.StartAsync();
        string text = new('x', 1 << 20);
        server.Default = Reply.Json(200, $$"""{{'\uFEFF'}}{"choices":[{"index":0,"text":"{{text}}","finish_reason":"stop"}]}""");
        using var client = Client(server.Http1);
        using var stream = await client.Completions.CreateStreamingAsync(Ask, null, TestStop);
        Assert.Equal(text, Assert.Single((await stream.ReadAsync()).Chunks).Text);
        Assert.Equal(text, (await client.Completions.CreateAsync(Ask, null, TestStop)).Text);
    }

    private static string Numbered(int number) => $$"""{"type":"response.output_text.delta","sequence_number":{{number}},"delta":"x"}""";

    private static string Completed(int number) => $$"""{"type":"response.completed","sequence_number":{{number}}}""";

    private static async Task<(string[] Chunks, Exception? Error, bool IsComplete)> ReadAsync<T>(Task<SseStream<T>> opening) where T : class
    {
        using var stream = await opening;
        var read = await stream.ReadAsync();
        var json = read.Chunks.Select(chunk => chunk is JsonModel model ? model.ToJson() : (chunk as ServerSentEvent)!.Data);
        return ([.. json.Select(text => JsonSerializer.Serialize(JsonDocument.Parse(text)))], read.Error, stream.IsComplete);
    }

    /// <summary>A body that was received completely when the call is canceled.</summary>
    private sealed class CancellingAtEnd(byte[] bytes, CancellationTokenSource stop) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = Read(buffer.Span);
            if (count == 0)
            {
                await stop.CancelAsync();
            }

            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }
}
