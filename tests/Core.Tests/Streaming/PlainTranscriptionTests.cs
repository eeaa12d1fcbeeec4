using System.Text;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>Transcriptions as plain text, and other answers instead of them.</summary>
public class PlainTranscriptionTests
{
    private const string Srt = "1\r\n00:00:00,000 --> 00:00:01,500\r\nGrüße 😀\r\n\r\n";

    /// <summary>The request, the declared type, the body, and the text.</summary>
    public static TheoryData<string, string?, string, string> Texts => new()
    {
        { "text", "text/plain; charset=utf-8", "Hello.\n", "Hello.\n" },
        { "text", "text/plain", "\n", "\n" },
        { "text", "application/json", "Hello.\n", "Hello.\n" },
        { "text", null, "Hello.", "Hello." },
        { "text", "text/plain", "\uFEFFHello.", "Hello." },
        { "srt", "text/plain", Srt, Srt },
        { "srt", "text/plain", "\n", "\n" },
        { "srt", "application/x-subrip", Srt, Srt },
        { "vtt", "text/vtt", "WEBVTT\n\n00:00.000 --> 00:01.500\nHi\n", "WEBVTT\n\n00:00.000 --> 00:01.500\nHi\n" },
        { "text", "text/plain", "{ said the brace", "{ said the brace" },
        { "text", "text/plain", """{"a": 1}""", """{"a": 1}""" },
        { "text", "text/plain", "[Music]", "[Music]" },
        { "text", "text/plain", "[1, 2]", "[1, 2]" },
        { "text", "text/plain", "\"Quoted.\"", "\"Quoted.\"" },
        { "text", "text/plain", "data: is what he said\n\n", "data: is what he said\n\n" },
        { "text", "text/plain", "error: so he said", "error: so he said" },
        { "text", "text/plain", "<unk> and <h> are said", "<unk> and <h> are said" },
        { "text", "application/json", "\"In \\\"JSON\\\"\\n\"", "In \"JSON\"\n" },
        { "text", "application/json", """{"text":"Hi","usage":{"type":"duration","seconds":2}}""", "Hi" },
        { "text", "text/plain", """{"text":"Hi","error":null}""", "Hi" },
        { "text", "application/json", """{"text":"Hi","message":"done"}""", "Hi" },
        { "srt", "application/json", """{"text":"1\n00:00:00,000 --> 00:00:01,500\nHi\n"}""", "1\n00:00:00,000 --> 00:00:01,500\nHi\n" },
        { "vtt", "application/json", """{"text":""}""", "" },
        { "text", "text/event-stream", "data: {\"type\":\"transcript.text.delta\",\"delta\":\"H\"}\n\ndata: {\"type\":\"transcript.text.done\",\"text\":\"Hi\"}\n\n", "Hi" },
    };

    /// <summary>The answer instead, and its error.</summary>
    public static TheoryData<string, string?, string, string> Faults => new()
    {
        { "text", "text/plain", "", "The response is empty." },
        { "srt", "text/plain", "plain words only", "The response is text without times, not srt. The text is in PartialText." },
        { "vtt", "text/plain", "plain words only", "The response is text without times, not vtt. The text is in PartialText." },
        { "text", "text/plain", "\uFEFF", "The response is empty." },
        { "text", "text/plain", """{"error":{"message":"Too loud","code":"audio"}}""", "Too loud" },
        { "srt", "application/json", """ {"error":{"message":"Too loud"}}""", "Too loud" },
        { "text", "text/plain", """[{"error":{"message":"Too loud"}}]""", "Too loud" },
        { "text", "application/json", """{"detail":"Too loud"}""", "Too loud" },
        { "text", "text/plain", """{"message":"Too loud"}""", "Too loud" },
        { "text", "text/html", "<h1>Sign in</h1>", "The response is a web page, not a transcription. Check the base address. It says: Sign in" },
        { "text", "text/plain", "\n<!DOCTYPE html><title>Sign in</title>", "The response is a web page, not a transcription. Check the base address. It says: Sign in" },
        { "vtt", null, "<html><body>Sign in</body></html>", "The response is a web page, not a transcription. Check the base address. It says: Sign in" },
        { "text", "application/json", """{"a":1}""", "The response is JSON, but neither the requested object nor an error. Check the base address." },
        { "srt", "application/json", """{"text":"Hi"}""", "The response is JSON, not srt: the service or the model does not support subtitles. The text is in PartialText." },
        { "text", "text/event-stream", "data: {\"error\":{\"message\":\"Too loud\"}}\n\n", "Too loud" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Text_is_exactly_what_arrived(string format, string? type, string body, string text)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Sent(type, body);
        using var client = Client(server.Http1);

        var answer = await client.Audio.Transcriptions.CreateAsync(new() { Audio = [1], ResponseFormat = format }, cancellationToken: TestStop);

        Assert.Equal((text, text), (answer.Text, answer.ToString()));
        Assert.Equal(text, JsonModel.FromJson<Transcription>(answer.ToJson()).Text);
        Assert.Equal("*/*", server.Requests[0].Headers["Accept"]);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Anything_that_is_not_a_transcription_is_an_error(string format, string? type, string body, string message)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Sent(type, body).Header("x-request-id", "r");
        using var client = Client(server.Http1);
        var error = await Assert.ThrowsAnyAsync<ApiException>(() => client.Audio.Transcriptions.CreateAsync(new() { Audio = [1], ResponseFormat = format }, cancellationToken: TestStop));
        Assert.EndsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal("r", error.RequestId);
        Assert.NotNull(error.Body);
    }

    [Fact]
    public async Task The_transcription_by_a_service_without_subtitles_is_not_lost()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"text":"Hi"}""");
        using var client = Client(server.Http1);
        var error = await Assert.ThrowsAsync<ResponseFormatException>(() => client.Audio.Transcriptions.CreateAsync(new() { Audio = [1], ResponseFormat = "vtt" }, cancellationToken: TestStop));
        Assert.Equal("Hi", error.PartialText);
    }

    [Theory]
    [InlineData("iso-8859-1")]
    [InlineData("\"utf-8\"")]
    [InlineData("of-tomorrow")] // read as UTF-8
    public async Task Text_is_read_in_its_declared_encoding(string charset)
    {
        await using var server = await LoopbackServer.StartAsync();
        byte[] body = charset == "iso-8859-1" ? [(byte)'f', 0xFC, (byte)'r'] : [(byte)'f', 0xC3, 0xBC, (byte)'r'];
        server.Default = new Reply().Header("Content-Type", $"text/plain; charset={charset}").Send(body);
        using var client = Client(server.Http1);
        Assert.Equal("f\u00FCr", (await client.Audio.Transcriptions.CreateAsync(new() { Audio = [1], ResponseFormat = "text" }, cancellationToken: TestStop)).Text);
    }

    [Fact]
    public async Task Text_where_JSON_was_requested_is_still_an_error()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Sent("text/plain", "Hello.");
        using var client = Client(server.Http1);
        await Assert.ThrowsAsync<ResponseFormatException>(() => client.Audio.Transcriptions.CreateAsync(new() { Audio = [1], ResponseFormat = "json" }, cancellationToken: TestStop));
        Assert.Equal("application/json", server.Requests[0].Headers["Accept"]);
    }

    [Fact]
    public async Task Every_field_of_a_transcription_is_sent_in_the_form_that_services_read()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"text":"Hello"}""");
        using var client = Client(server.Http1);
        await client.Audio.Transcriptions.CreateAsync(
            new()
            {
                Audio = "ID3 sound"u8.ToArray(),
                FileName = "talk.bin",
                Languages = ["en", "de"],
                Keywords = ["Grüße", "b"],
                TimestampGranularities = ["word", "segment"],
                ChunkingStrategy = new TranscriptionChunking { Type = "server_vad", PrefixPaddingMs = 300, SilenceDurationMs = 200, Threshold = 0.5 },
                KnownSpeakerNames = ["agent"],
                KnownSpeakerReferences = ["data:audio/wav;base64,UklGRg=="],
            },
            cancellationToken: TestStop);
        await client.Audio.Transcriptions.CreateAsync(new() { Audio = [1], ChunkingStrategy = "auto" }, cancellationToken: TestStop);

        Assert.Equal(
            [
                "languages[]=en", "languages[]=de", "keywords[]=Grüße", "keywords[]=b", "timestamp_granularities[]=word", "timestamp_granularities[]=segment",
                "chunking_strategy[type]=server_vad", "chunking_strategy[prefix_padding_ms]=300", "chunking_strategy[silence_duration_ms]=200", "chunking_strategy[threshold]=0.5",
                "known_speaker_names[]=agent", "known_speaker_references[]=data:audio/wav;base64,UklGRg==", "stream=false", "file=ID3 sound",
            ],
            server.Requests[0].Form.Select(part => $"{part.Name}={part.Text}"));
        Assert.Equal(("talk.bin", "audio/mpeg"), (server.Requests[0].Form[^1].FileName, server.Requests[0].Form[^1].ContentType));
        Assert.Equal(["chunking_strategy=auto", "stream=false"], server.Requests[1].Form.SkipLast(1).Select(part => $"{part.Name}={part.Text}"));
    }

    [Fact]
    public void A_transcription_shows_words_segments_speakers_languages_and_usage()
    {
        var verbose = JsonModel.FromJson<Transcription>("""{"task":"transcribe","language":"english","duration":2.5,"text":"Hi","words":[{"word":"Hi","start":0.25,"end":0.5}],"segments":[{"id":7,"seek":0,"start":0.0,"end":1.5,"text":" Hi","tokens":[1],"temperature":0.25,"avg_logprob":-0.5,"compression_ratio":1.25,"no_speech_prob":0.125}],"usage":{"type":"duration","seconds":3}}""");
        Assert.Equal(("Hi", 0.25, 0.5, "Hi"), (verbose.Words[0].Word, verbose.Words[0].Start, verbose.Words[0].End, verbose.Words[0].ToString()));
        var segment = verbose.Segments[0];
        Assert.Equal(("7", 0.0, 1.5, " Hi", 0.25, -0.5, 1.25, 0.125), (segment.Id, segment.Start, segment.End, segment.Text, segment.Temperature, segment.AvgLogprob, segment.CompressionRatio, segment.NoSpeechProb));
        Assert.Equal(("duration", 3.0, null), (verbose.Usage?.Type, verbose.Usage?.Seconds, verbose.Usage?.TotalTokens));

        var diarized = JsonModel.FromJson<Transcription>("""{"text":"Hi","duration":2,"segments":[{"type":"transcript.text.segment","id":"seg_1","start":0,"end":1,"speaker":"agent","text":"Hi"}],"usage":{"type":"tokens","input_tokens":1,"output_tokens":2,"total_tokens":3,"input_token_details":{"audio_tokens":1,"text_tokens":0}}}""");
        Assert.Equal(("seg_1", "agent", "agent: Hi"), (diarized.Segments[0].Id, diarized.Segments[0].Speaker, diarized.Segments[0].ToString()));
        Assert.Equal((1, 2, 3, 1), (diarized.Usage?.InputTokens, diarized.Usage?.OutputTokens, diarized.Usage?.TotalTokens, diarized.Usage?.InputTokenDetails?.AudioTokens));

        var found = JsonModel.FromJson<Transcription>("""{"text":"Hi","languages":[{"code":"en"},{"code":"de"}],"logprobs":[{"token":"Hi","logprob":-0.5}]}""");
        Assert.Equal(["en", "de"], found.Languages.Select(one => one.ToString()));
        Assert.Equal("Hi", found.Logprobs[0].Token);
        Assert.Equal("en", JsonModel.FromJson<TranscriptionEvent>("""{"type":"transcript.text.done","text":"Hi","languages":[{"code":"en"}]}""") is TranscriptionDoneEvent done ? done.Languages[0].Code : null);
    }

    private static Reply Sent(string? type, string body)
    {
        var reply = new Reply().Send(Encoding.UTF8.GetBytes(body));
        return type is null ? reply : reply.Header("Content-Type", type);
    }
}
