using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>An answer of bytes: speech, or anything else instead of it.</summary>
public class BodyStreamTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private static SpeechRequest Speech => new() { Input = "hi", Voice = "alloy" };

    public static TheoryData<Reply, string> Instead => new()
    {
        { Reply.Json(200, """{"error":{"message":"No voice today.","code":"no_voice"}}"""), "No voice today." },
        { new Reply().Header("Content-Type", "text/plain").Send("{\"status\":\"queued\"}"), "The response is text/plain, not audio. Check the base address. It says: {\"status\":\"queued\"}" },
        { Reply.Json(200, """{"status":"queued"}"""), "The response is application/json, not audio. Check the base address. It says: {\"status\":\"queued\"}" },
        { new Reply().Header("Content-Type", "text/html; charset=utf-8").Send("<html>\n<body>Sign in"), "The response is text/html, not audio. Check the base address. It says: Sign in" },
        { new Reply().Header("Content-Type", "text/html"), "The response contains no audio." },
        { new Reply().Header("Content-Type", "application/json").Send("Not today."), "The response is application/json, not audio. Check the base address. It says: Not today." },
        { new Reply().Header("Content-Type", "text/event-stream").Send("Not today."), "The response is text/event-stream, not audio. Check the base address. It says: Not today." },
        { Reply.Sse("x"), "Event 0 of the stream, at byte 6, is not valid JSON" },
        { Reply.Sse("""{"error":{"message":"No voice today."}}"""), "No voice today." },
        { Reply.Sse("""{"type":"speech.audio.done"}"""), "The response contains no audio." },
    };

    [Theory]
    [MemberData(nameof(Instead), DisableDiscoveryEnumeration = true)]
    public async Task Anything_else_instead_of_audio_is_an_error(Reply reply, string message)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = reply.Header("x-request-id", "req_1");
        using var client = Client(server.Http1);
        var error = await Assert.ThrowsAnyAsync<ApiException>(() => client.Audio.CreateSpeechAsync(Speech, cancellationToken: TestStop));
        Assert.Contains(message, error.Message);
        Assert.Equal("req_1", error.RequestId);
    }

    [Fact]
    public async Task An_error_instead_of_audio_has_its_code()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"error":{"message":"No voice today.","code":"no_voice"},"request_id":"req_9"}""");
        using var client = Client(server.Http1);
        var error = await Assert.ThrowsAnyAsync<ApiException>(() => client.Audio.CreateSpeechAsync(Speech, cancellationToken: TestStop));
        Assert.Equal(("The service reported an error: No voice today.", "no_voice", "req_9"), (error.Message, error.Code, error.RequestId));
    }

    [Theory]
    [InlineData("Not today.", "audio")]
    [InlineData("<p>Not today.</p>", null)]
    public async Task Text_instead_of_audio_is_an_answer_without_it_and_a_page_is_another_service(string body, string? missing)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Header("Content-Type", "text/plain").Send(body);
        using var client = Client(server.Http1);
        var error = await Assert.ThrowsAsync<ResponseFormatException>(() => client.Audio.CreateSpeechAsync(Speech, cancellationToken: TestStop));
        Assert.Equal("The response is text/plain, not audio. Check the base address. It says: Not today.", error.Message);
        Assert.Equal((body, missing), (error.Body, error.MissingMedia));
    }

    [Fact]
    public async Task An_error_instead_of_audio_is_recognized_byte_by_byte()
    {
        byte[][] pieces = [.. """{"error":{"message":"No voice today."}}"""u8.ToArray().Select(static one => new[] { one })];
        using var client = new OpenAIClient(new() { BaseAddress = new("http://audio.test/"), Handler = new Recordings.StubHandler(new(), pieces) });
        var error = await Assert.ThrowsAsync<ApiException>(() => client.Audio.CreateSpeechAsync(Speech, cancellationToken: TestStop));
        Assert.Equal("The service reported an error: No voice today.", error.Message);
    }

    [Fact]
    public async Task Audio_that_is_left_early_closes_the_connection()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Header("Content-Type", "audio/mpeg").Send("abc").Stall();
        using var client = Client(server.Http1);
        using (var audio = await client.Audio.CreateSpeechAsync(Speech, cancellationToken: TestStop))
        {
            Assert.Equal((byte)'a', audio.ReadByte());
        }

        await server.WaitForClientGone(0, Soon);
    }

    [Fact]
    public async Task A_read_into_an_empty_buffer_is_not_the_end()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Header("Content-Type", "audio/mpeg").Send("abc");
        using var client = Client(server.Http1);
        using var audio = await client.Audio.CreateSpeechAsync(Speech, cancellationToken: TestStop);
        Assert.Equal(0, await audio.ReadAsync(Memory<byte>.Empty, TestStop));
        using var all = new MemoryStream();
        await audio.CopyToAsync(all, TestStop);
        Assert.Equal("abc"u8.ToArray(), all.ToArray());
        Assert.Equal(0, audio.ReadByte() + 1);
    }

    [Fact]
    public async Task A_canceled_read_ends_the_call()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Header("Content-Type", "audio/mpeg").Send("abc").Stall();
        using var client = Client(server.Http1);
        using var audio = await client.Audio.CreateSpeechAsync(Speech, cancellationToken: TestStop);
        byte[] buffer = new byte[10];
        Assert.Equal(3, await audio.ReadAsync(buffer, TestStop));
        using var stop = new CancellationTokenSource();
        var reading = audio.ReadAsync(buffer, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await server.WaitForClientGone(0, Soon);
    }

    [Fact]
    public async Task The_error_for_a_whole_answer_that_is_not_JSON_says_what_it_is()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Send("hello");
        using var client = Client(server.Http1);
        var error = await Assert.ThrowsAsync<ResponseFormatException>(() => client.Chat.CreateAsync(new ChatCompletionRequest(), cancellationToken: TestStop));
        Assert.Contains("The response is of an undeclared type, not JSON.", error.Message);
    }
}
