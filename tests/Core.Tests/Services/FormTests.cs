using System.Text;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Services.Bodies;

namespace OpenAIStream.Tests.Services;

/// <summary>The first bytes of an answer decide its form; missing media is an error.</summary>
public class FormTests
{
    private const string WholeChat = """{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"total_tokens":3}}""";
    private const string WholeCompletion = """{"choices":[{"index":0,"text":"Hello","finish_reason":"stop"}]}""";
    private const string WholeResponse = """{"id":"r","object":"response","status":"completed","output":[{"id":"m","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello"}]}],"usage":{"total_tokens":3}}""";
    private const string WholeTranscription = """{"text":"Hello","language":"en","duration":1.5,"segments":[{"id":0,"text":"Hello"}],"usage":{"total_tokens":3}}""";

    /// <summary>The API, and the whole answer.</summary>
    public static TheoryData<string, string> Wholes => new()
    {
        { "chat", WholeChat },
        { "completion", WholeCompletion },
        { "response", WholeResponse },
        { "transcription", WholeTranscription },
        { "image", """{"created":5,"size":"1x1","data":[{"b64_json":"iVBORw0KGgo=","revised_prompt":"p"},{"url":"https://a.example/x.png"}],"usage":{"total_tokens":3}}""" },
        { "run", """{"id":"run_1","object":"thread.run","status":"completed"}""" },
    };

    /// <summary>The API, and its events.</summary>
    public static TheoryData<string, string[], string> Streams => new()
    {
        { "chat-whole", [Chunk("""{"role":"assistant","content":"Hel"}"""), Chunk("""{"content":"lo"}"""), Chunk("{}", "stop"), "[DONE]"], "Hello" },
        { "completion-whole", ["""{"choices":[{"index":0,"text":"Hel","finish_reason":null}]}""", """{"choices":[{"index":0,"text":"lo","finish_reason":"stop"}]}"""], "Hello" },
        { "response-whole", ["""{"type":"response.created","response":{"id":"r"}}""", """{"type":"response.output_text.delta","delta":"Hello"}""", """{"type":"response.completed","response":{"id":"r","status":"completed"}}"""], "Hello" },
        { "transcription-whole", ["""{"type":"transcript.text.delta","delta":"Hel"}""", """{"type":"transcript.text.done","text":"Hello"}"""], "Hello" },
        { "image", ["""{"type":"image_generation.completed","b64_json":"iVBORw0KGgo="}"""], "" },
        { "run-whole", ["""{"id":"run_1","object":"thread.run","status":"completed"}""", "[DONE]"], "" },
    };

    /// <summary>Audio in any form.</summary>
    public static TheoryData<string, string> Audios => new()
    {
        { "audio/mpeg", "ID3 sound" },
        { "audio/wav", "RIFF and so on" },
        { "audio/mpeg", "ab" },
        { "application/octet-stream", "\u0001\u0002" },
        { "text/event-stream", """data: {"type":"speech.audio.delta","audio":"SUQz"}""" + "\n\n" + """data: {"type":"speech.audio.delta","audio":"IHNvdW5k"}""" + "\n\n" + """data: {"type":"speech.audio.done"}""" + "\n\n" },
        { "audio/mpeg", """data: {"type":"speech.audio.delta","audio":"SUQzIHNvdW5k"}""" + "\n\ndata: [DONE]\n\n" },
    };

    /// <summary>The answer instead of an image, and its error.</summary>
    public static TheoryData<string, string> Images => new()
    {
        { """{"b64_json":"","url":"https://a.example/x.png"}""", "The response contains the address of the image, not the image itself: https://a.example/x.png" },
        { """{"url":"https://a.example/x.png"}""", "The response contains the address of the image, not the image itself: https://a.example/x.png" },
        { """{"url":"data:image/png;base64,iVBORw0KGgo="}""", "The response contains the image as a data URL (image/png), not as Base64." },
        { """{"b64_json":"data:image/webp;base64,iVBORw0KGgo="}""", "The response contains the image as a data URL (image/webp), not as Base64." },
        { """{"b64_json":"iVBOR*"}""", "The image in the response is not valid Base64 (6 characters)." },
    };

    /// <summary>Answers without the requested content.</summary>
    public static TheoryData<string, string, string> Missing => new()
    {
        { "image", """{"created":1,"data":[]}""", "image" },
        { "image", """{"created":1,"data":[{"b64_json":""}]}""", "image" },
        { "image", """{"created":1,"data":[{"b64_json":null,"url":""}]}""", "image" },
        { "image", """{"created":1}""", "image" },
        { "image-stream", """{"created":1,"data":[{}]}""", "image" },
        { "image-stream", "data: {\"type\":\"image_generation.completed\",\"b64_json\":\"\"}\n\n", "image" },
        { "image-stream", "data: {\"type\":\"image_generation.partial_image\",\"b64_json\":\"AA==\"}\n\ndata: [DONE]\n\n", "image" },
        { "image-stream", "data: [DONE]\n\n", "image" },
        { "speech-stream", "data: {\"type\":\"speech.audio.done\"}\n\n", "audio" },
        { "speech-stream", "data: {\"type\":\"speech.audio.delta\",\"audio\":\"\"}\n\ndata: [DONE]\n\n", "audio" },
        { "speech", "", "audio" },
        { "speech", "data: [DONE]\n\n", "audio" },
        { "transcription", "data: {\"result\":\"Hello\"}\n\ndata: [DONE]\n\n", "text" },
    };

    [Theory]
    [InlineData("""{"detail":"Not Found"}""", "Not Found")]
    [InlineData("""{"success":false,"msg":"no balance","code":1113}""", "no balance")]
    [InlineData("""{"code":"InvalidApiKey","message":"Invalid API-key provided.","request_id":"fb53"}""", "Invalid API-key provided.")]
    [InlineData("""{"status":404,"message":"No such route"}""", "No such route")]
    [InlineData("""{"foo":1}""", null)]
    [InlineData("{}", null)]
    public async Task Anything_that_is_not_an_answer_is_an_error_for_every_API(string json, string? message)
    {
        foreach (string api in new[] { "chat-whole", "completion-whole", "response-whole", "transcription-whole", "image" })
        {
            var outcome = await AskOverHttp(api, Reply.Json(200, json));
            Assert.True(outcome.Error is not null, $"{api}: no error");
            Assert.Contains(message ?? "", outcome.Error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Wholes))]
    public async Task JSON_for_a_stream_gives_the_whole_answer(string api, string json)
    {
        var whole = await Ask(api is "image" ? api : api + "-whole", Reply.Json(200, json));
        foreach (string type in new[] { "application/json", "text/event-stream", "text/html", "audio/mpeg" })
        {
            var outcome = await ServiceRun.Of(new ServiceCase("", api, false, [Raw("\uFEFF \n" + json, type)]), streams: true, isOfFrames: false);
            Assert.True(outcome.Error is null, $"{type}: {outcome.Error}");
            Assert.Single(outcome.Outputs);
            Assert.Equal(whole.Joined!.Text, outcome.Text);
            Assert.Equal(Sorted(whole.Joined), Sorted(outcome.Joined!));
            Assert.Equal(api is "image" or "run" ? outcome.Shown : whole.Shown, outcome.Shown);
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task An_event_stream_for_a_plain_call_is_joined(string api, string[] events, string text)
    {
        foreach (string type in new[] { "text/event-stream", "application/json", "text/plain" })
        {
            var outcome = await AskOverHttp(api, Raw(": hi\n\n" + string.Concat(events.Select(Event)), type));
            Assert.True(outcome.Error is null, $"{type}: {outcome.Error}");
            Assert.Equal(text, outcome.Joined!.Text);
            Assert.Equal(false, outcome.Requests[0]?["stream"] ?? false);
        }
    }

    [Fact]
    public async Task An_event_stream_for_a_plain_call_ends_with_its_last_event_and_its_errors_are_errors()
    {
        Assert.Equal("Hello", (await Ask("chat-whole", Stream(Chunk("""{"content":"Hello"}""", "stop"), "[DONE]").Stall())).Joined!.Text);
        Assert.Equal("Hel", (await Ask("chat-whole", Stream(Chunk("""{"content":"Hel"}""")))).Fails<StreamEndedEarlyException>("", partialText: "Hel").PartialText);
        (await Ask("chat-whole", Stream("""{"error":{"message":"m"}}"""))).Fails<ApiException>("m");
        (await Ask("chat-whole", Stream("[DONE]"))).Fails<ResponseFormatException>("none of the requested kind");
    }

    [Theory]
    [InlineData("data: [DONE] \n\n")]
    [InlineData("data: [DONE]\t \n\n")]
    [InlineData("data:[DONE]\n\n")]
    [InlineData("event: done\ndata: [DONE]\r\n\r\n")]
    public async Task The_sentinel_may_have_trailing_spaces(string sentinel) =>
        (await Ask("chat", Raw(Event(Chunk("""{"content":"A"}""", "stop")) + sentinel).Stall())).Says("A", "stop");

    [Theory]
    [MemberData(nameof(Audios))]
    public async Task Audio_is_accepted_in_every_form(string type, string body)
    {
        byte[] audio = Encoding.UTF8.GetBytes(body.Contains("data:", StringComparison.Ordinal) ? "ID3 sound" : body);
        var whole = await Ask("speech", Raw(body, type));
        Assert.True(whole.Error is null, $"{whole.Error}");
        Assert.Equal(audio, whole.Audio);
        var streamed = await ServiceRun.Of(new ServiceCase("", "speech", false, [Raw(body, type)]), streams: true);
        Assert.True(streamed.Error is null, $"{streamed.Error}");
        Assert.Equal(audio, Assert.IsType<SpeechEvent>(streamed.Joined).ToBytes());
    }

    [Theory]
    [InlineData("text/plain", "the model is not loaded")]
    [InlineData("text/html", "<html><title>the model is not loaded</title></html>")]
    [InlineData("audio/mpeg", "<!doctype html><h1>the model is not loaded</h1>")]
    [InlineData("audio/mpeg", """{"error":{"message":"the model is not loaded"}}""")]
    [InlineData("audio/mpeg", """[{"error":{"message":"the model is not loaded"}}]""")]
    [InlineData("application/json", """{"detail":"the model is not loaded"}""")]
    public async Task Text_instead_of_audio_is_an_error_that_quotes_it(string type, string body)
    {
        var whole = await Ask("speech", Raw(body, type));
        Assert.Contains("the model is not loaded", whole.Error!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("<", whole.Error.Message, StringComparison.Ordinal);
        var streamed = await ServiceRun.Of(new ServiceCase("", "speech", false, [Raw(body, type)]), streams: true);
        Assert.Contains("the model is not loaded", streamed.Error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Images))]
    public async Task An_image_that_is_not_Base64_is_reported_as_such(string image, string message)
    {
        var outcome = await Ask("image", Reply.Json(200, $$"""{"data":[{{image}}]}"""));
        var error = Assert.Throws<ResponseFormatException>(() => Assert.IsType<ImageResult>(outcome.Joined).Data[0].ToBytes());
        Assert.Equal((message, "image"), (error.Message, error.MissingMedia));
    }

    [Theory]
    [MemberData(nameof(Missing))]
    public async Task Missing_media_is_an_error(string api, string body, string what)
    {
        var outcome = await ServiceRun.Of(new ServiceCase("", api.Replace("-stream", "", StringComparison.Ordinal), false, [Raw(body, "audio/mpeg")]), streams: api.EndsWith("-stream", StringComparison.Ordinal));
        var error = outcome.Fails<ResponseFormatException>($"The response contains no {what}");
        Assert.StartsWith(what, error.MissingMedia, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data:audio/mpeg;base64,SUQz", "The response contains the audio as a data URL (audio/mpeg), not as Base64.")]
    [InlineData("SUQ*", "The audio in the response is not valid Base64 (4 characters).")]
    public void Audio_that_is_not_Base64_is_reported_as_such(string audio, string message)
    {
        var piece = new SpeechEvent { ["type"] = "speech.audio.delta", ["audio"] = audio };
        Assert.Equal(message, Assert.Throws<ResponseFormatException>(() => new SpeechAccumulator().Add(piece)).Message);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("completion")]
    [InlineData("response")]
    [InlineData("image")]
    [InlineData("run")]
    public async Task A_request_says_whether_to_stream_its_answer(string api)
    {
        foreach (bool streams in new[] { false, true })
        {
            var outcome = await ServiceRun.Of(new ServiceCase("", streams || api is "image" ? api : api + "-whole", false, [Reply.Json(400, "{}")]), streams);
            Assert.Equal(streams, outcome.Requests[0]!["stream"]);
        }
    }

    private static string Sorted(JsonModel model)
    {
        var sorted = new JsonMap();
        foreach (string field in model.GetFieldNames().Order(StringComparer.Ordinal))
        {
            sorted[field] = model[field];
        }

        return sorted.ToJson();
    }
}
