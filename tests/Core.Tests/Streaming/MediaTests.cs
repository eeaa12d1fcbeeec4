using System.Text;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>Images, speech and transcriptions.</summary>
public class MediaTests
{
    private const string Partial = """{"type":"image_generation.partial_image","b64_json":"AQID","partial_image_index":0,"of_tomorrow":[1.50]}""";
    private const string Completed = """{"type":"image_generation.completed","b64_json":"BAUG","created_at":1,"usage":{"total_tokens":9}}""";

    public static TheoryData<string> ImageEvents => [
        Partial, Completed,
        """{"type":"image_edit.partial_image","b64_json":"AQID","size":"1024x1024","quality":"high","background":"opaque","output_format":"png","partial_image_index":1}""",
        """{"type":"image_edit.completed","b64_json":"AQID","usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3,"input_tokens_details":{"text_tokens":1,"image_tokens":0}}}"""];

    public static TheoryData<string> SpeechEvents => [
        """{"type":"speech.audio.delta","audio":"AQID"}""",
        """{"type":"speech.audio.done","usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}"""];

    public static TheoryData<string> TranscriptionEvents => [
        """{"type":"transcript.text.delta","delta":"Hi","logprobs":[{"token":"Hi","logprob":-0.25,"bytes":[72,105]}],"segment_id":"s"}""",
        """{"type":"transcript.text.segment","id":"s","start":0.0,"end":1.5,"speaker":"A","text":"Hi"}""",
        """{"type":"transcript.text.done","text":"Hi","logprobs":[],"usage":{"type":"duration","seconds":2}}""",
        """{"type":"transcript.text.of_tomorrow","text":null}"""];

    [Theory]
    [MemberData(nameof(ImageEvents))]
    public void An_image_event_round_trips(string json) => Assert.Equal(json, JsonModel.FromJson<ImageEvent>(json).ToJson());

    [Theory]
    [MemberData(nameof(SpeechEvents))]
    public void A_speech_event_round_trips(string json) => Assert.Equal(json, JsonModel.FromJson<SpeechEvent>(json).ToJson());

    [Theory]
    [MemberData(nameof(TranscriptionEvents))]
    public void A_transcription_event_round_trips(string json) => Assert.Equal(json, JsonModel.FromJson<TranscriptionEvent>(json).ToJson());

    [Fact]
    public async Task An_image_is_complete_when_it_says_so_even_if_the_connection_stays_open()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Events(Partial, Completed).Stall();
        using var client = Client(server.Http1);
        using var stream = await client.Images.CreateStreamingAsync(new() { Model = "m", Prompt = "p", PartialImages = 1 }, cancellationToken: TestStop);

        var events = stream.ToBlockingEnumerable().ToList();

        Assert.Equal([false, true], events.Select(one => one.IsCompleted));
        Assert.Equal([Partial, Completed], events.Select(one => one.ToJson()));
        Assert.Equal((true, "completed"), (stream.IsComplete, stream.FinishReason));
        Assert.Equal("""{"model":"m","prompt":"p","partial_images":1,"stream":true}""", server.Requests[0].Body);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    public async Task Missing_images_are_an_error(int wanted, int come)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Events([Partial, .. Enumerable.Repeat(Completed, come)]);
        using var client = Client(server.Http1);
        using var stream = client.Images.CreateStreaming(new() { Prompt = "p", N = wanted }, cancellationToken: TestStop);

        Assert.Throws<StreamEndedEarlyException>(() => stream.ToBlockingEnumerable().Count());
    }

    [Fact]
    public async Task Speech_can_be_read_as_it_arrives()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Header("Content-Type", "audio/mpeg").Send("first").WaitFor("more").Send("second");
        using var client = Client(server.Http1);

        using var audio = client.Audio.CreateSpeech(new() { Input = "hi", Voice = "alloy" }, null, TestStop);
        byte[] buffer = new byte[100];
        int count = audio.Read(buffer, 0, buffer.Length);
        Assert.Equal("first", Encoding.ASCII.GetString(buffer, 0, count));
        server.Signal("more");
        using var rest = new MemoryStream();
        await audio.CopyToAsync(rest, TestStop);

        Assert.Equal("second", Encoding.ASCII.GetString(rest.ToArray()));
        Assert.Equal(0, audio.Read(buffer, 0, buffer.Length));
        Assert.Equal("*/*", server.Requests[0].Headers["Accept"]);
    }

    [Fact]
    public async Task Speech_that_is_cut_off_or_canceled_says_so()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Header("Content-Type", "audio/mpeg").Header("x-request-id", "r").Send("first").Cut();
        using var client = Client(server.Http1);
        using var cut = await client.Audio.CreateSpeechAsync(new() { Input = "hi" }, null, TestStop);
        using var target = new MemoryStream();
        var error = Assert.Throws<StreamEndedEarlyException>(() => cut.CopyTo(target));
        Assert.Equal("r", error.RequestId);

        server.Default = new Reply().Header("Content-Type", "audio/mpeg").Send("first").Stall();
        using var stop = new CancellationTokenSource();
        using var stalled = await client.Audio.CreateSpeechAsync(new() { Input = "hi" }, null, stop.Token);
        var copying = stalled.CopyToAsync(target, TestStop);
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => copying);
    }

    [Fact]
    public async Task Speech_can_be_received_as_events_too()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Events([.. SpeechEvents.Select(row => row.Data)]);
        using var client = Client(server.Http1);
        using var stream = await client.Audio.CreateSpeechStreamingAsync(new() { Input = "hi" }, null, TestStop);

        Assert.Equal(["AQID", null], stream.ToBlockingEnumerable().Select(one => one.AudioBase64));
        Assert.Equal("""{"input":"hi","stream_format":"sse"}""", server.Requests[0].Body);
    }

    [Theory]
    [InlineData("stop", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public async Task A_transcription_in_choices_is_complete_when_it_has_a_finish_reason(string? reason, bool isWhole)
    {
        await using var server = await LoopbackServer.StartAsync();
        string end = reason is null ? "null" : $"\"{reason}\"";
        server.Default = Reply.Sse("""{"choices":[{"index":0,"delta":{"content":"Hi"}}]}""", """{"choices":[{"index":0,"delta":{"content":""},"finish_reason":""" + end + "}]}");
        using var client = Client(server.Http1);
        using var stream = await client.Audio.Transcriptions.CreateStreamingAsync(new() { Audio = [1] }, null, TestStop);
        Assert.True(stream.MoveNext() && stream.MoveNext());
        var error = Record.Exception(() => stream.MoveNext());
        Assert.Equal((isWhole, isWhole), (stream.IsComplete, error is null));
        Assert.Equal(isWhole ? reason : null, stream.FinishReason);
    }

    [Fact]
    public async Task A_segment_of_a_transcription_is_not_its_end()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(
            """{"type":"transcript.text.segment","id":"s","text":"Hi","speaker":"A"}""", """{"type":"transcript.text.delta","delta":"Hi"}""", """{"type":"transcript.text.done","text":"Hi"}""");
        using var client = Client(server.Http1);
        using var stream = await client.Audio.Transcriptions.CreateStreamingAsync(new() { Audio = [1] }, null, TestStop);
        Assert.True(stream.MoveNext());
        Assert.Equal(("transcript.text.segment", null), (stream.Current.Type, stream.FinishReason));
        Assert.Equal(["transcript.text.delta", "transcript.text.done"], stream.ToBlockingEnumerable().Select(one => one.Type));
    }

    [Fact]
    public async Task Audio_instead_of_events_is_one_event()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Header("Content-Type", "audio/mpeg").Send([0xEF, 0xBB, 0xBF, 3]); // a byte order mark only in text
        using var client = Client(server.Http1);
        using var stream = await client.Audio.CreateSpeechStreamingAsync(new() { Input = "hi" }, null, TestStop);
        Assert.Equal(["""{"type":"speech.audio.delta","audio":"77u/Aw=="}"""], stream.ToBlockingEnumerable().Select(one => one.ToJson()));
        Assert.Equal(("completed", true, ""), (stream.FinishReason, stream.IsComplete, stream.ToString()));
    }

    [Theory]
    [InlineData(null, "x1", false)]
    [InlineData(null, "ID3", true)]
    [InlineData("application/octet-stream", "x1", true)]
    public async Task Bytes_instead_of_events_are_audio_if_declared_so_or_recognized(string? type, string body, bool isAudio)
    {
        await using var server = await LoopbackServer.StartAsync();
        var reply = new Reply().Send(body);
        server.Default = type is null ? reply : reply.Header("Content-Type", type);
        using var client = Client(server.Http1);
        using var stream = await client.Audio.CreateSpeechStreamingAsync(new() { Input = "hi" }, null, TestStop);
        Assert.Equal(isAudio ? null : typeof(ResponseFormatException), (await stream.ReadAsync()).Error?.GetType());
    }

    [Fact]
    public async Task Images_that_arrive_whole_are_complete()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"data":[{"b64_json":"AA=="}]}""");
        using var client = Client(server.Http1);
        using var stream = await client.Images.CreateStreamingAsync(new() { Prompt = "p" }, cancellationToken: TestStop);
        Assert.Single(stream.ToBlockingEnumerable());
        Assert.Equal("completed", stream.FinishReason);
    }

    [Fact]
    public async Task Speech_without_its_last_event_is_cut_off()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Events([.. SpeechEvents.Select(row => row.Data).Take(1)]);
        using var client = Client(server.Http1);
        using var stream = await client.Audio.CreateSpeechStreamingAsync(new() { Input = "hi" }, null, TestStop);
        Assert.True(stream.MoveNext());
        Assert.Null(stream.FinishReason);
        Assert.Throws<StreamEndedEarlyException>(() => stream.MoveNext());
    }

    [Fact]
    public async Task A_transcription_without_text_is_an_error_once()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse("[DONE]");
        using var client = Client(server.Http1);
        using var stream = await client.Audio.Transcriptions.CreateStreamingAsync(new() { Audio = [1] }, null, TestStop);
        Assert.StartsWith("The response contains no text", Assert.Throws<ResponseFormatException>(() => stream.MoveNext()).Message, StringComparison.Ordinal);
        Assert.Equal((false, false), (stream.MoveNext(), stream.IsComplete));
    }

    [Fact]
    public async Task A_transcription_that_ends_with_the_sentinel_is_complete_without_its_last_event()
    {
        await using var server = await LoopbackServer.StartAsync();
        string delta = TranscriptionEvents.Select(row => row.Data).First();
        server.Default = Reply.Sse(delta, delta, "[DONE]");
        using var client = Client(server.Http1);
        using var stream = await client.Audio.Transcriptions.CreateStreamingAsync(new() { Audio = [1] }, null, TestStop);
        Assert.Equal(["Hi", "Hi"], stream.ToBlockingEnumerable().Select(one => one.Text));
        Assert.True(stream.IsComplete);
    }

    [Fact]
    public async Task A_transcription_is_requested_with_a_form()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"text":"Hello"}""");
        using var client = Client(server.Http1);
        var request = new TranscriptionRequest { Model = "m", Audio = "sound"u8.ToArray(), FileName = "a\"b\r\n.wav", Temperature = 0, Include = ["logprobs"] };

        var answer = client.Audio.Transcriptions.Create(request, cancellationToken: TestStop);

        Assert.Equal("Hello", answer.Text);
        string boundary = server.Requests[0].Headers["Content-Type"].Replace("multipart/form-data; boundary=", "");
        string[] parts = [
            "Content-Disposition: form-data; name=\"model\"\r\n\r\nm",
            "Content-Disposition: form-data; name=\"temperature\"\r\n\r\n0",
            "Content-Disposition: form-data; name=\"include[]\"\r\n\r\nlogprobs",
            "Content-Disposition: form-data; name=\"stream\"\r\n\r\nfalse",
            "Content-Disposition: form-data; name=\"file\"; filename=\"a%22b%0D%0A.wav\"\r\nContent-Type: audio/wav\r\n\r\nsound"];
        Assert.Equal(string.Concat(parts.Select(part => $"--{boundary}\r\n{part}\r\n")) + $"--{boundary}--\r\n", server.Requests[0].Body);
        Assert.Throws<ArgumentException>(() => client.Audio.Transcriptions.Create(new(), cancellationToken: TestStop));
    }

    [Fact]
    public async Task A_transcription_arrives_word_by_word()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Events([.. TranscriptionEvents.Select(row => row.Data)]);
        using var client = Client(server.Http1);
        using var stream = await client.Audio.Transcriptions.CreateStreamingAsync(new() { Audio = [1] }, cancellationToken: TestStop);

        var events = stream.ToBlockingEnumerable().ToList();

        Assert.Equal([typeof(TranscriptionDeltaEvent), typeof(TranscriptionSegmentEvent), typeof(TranscriptionDoneEvent), typeof(TranscriptionEvent)],
            events.Select(one => one.GetType()));
        Assert.Equal("Hi", string.Concat(events.Select(one => one.Text)));
        Assert.Contains("name=\"stream\"\r\n\r\ntrue\r\n", server.Requests[0].Body);
    }

    private static Reply Events(params string[] payloads) => payloads.Aggregate(
        new Reply().Header("Content-Type", "text/event-stream"),
        static (reply, payload) => reply.Send($"data: {payload}\n\n"));
}
