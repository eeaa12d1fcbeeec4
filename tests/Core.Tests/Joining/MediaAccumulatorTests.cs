using Xunit;

namespace OpenAIStream.Tests.Joining;

/// <summary>Transcriptions, images, speech and runs, as far as they have arrived.</summary>
public class MediaAccumulatorTests
{
    private const string Delta = """{"type":"transcript.text.delta","delta":"Good "}""";
    private const string Segment = """{"type":"transcript.text.segment","id":"s","start":0.5,"text":"Good day"}""";

    public static TheoryData<string, string[], string> Transcriptions => new()
    {
        { "nothing yet", [], """{"text":""}""" },
        { "without its last event", [Delta, """{"type":"transcript.text.delta","delta":"day"}"""], """{"text":"Good day"}""" },
        { "without its last event, with a segment", [Delta, Segment], """{"text":"Good ","segments":[{"id":"s","start":0.5,"text":"Good day"}]}""" },
        { "with pieces that tell more", ["""{"type":"transcript.text.delta","delta":"Good ","usage":{"seconds":1},"language":"en","duration":1.5,"segment_id":"s"}""", """{"type":"transcript.text.delta","delta":"day","duration":2.5}"""], """{"text":"Good day","usage":{"seconds":1},"language":"en","duration":2.5}""" },
        { "of segments alone", [Segment, """{"type":"transcript.text.segment","text":", all"}"""], """{"text":"Good day, all","segments":[{"id":"s","start":0.5,"text":"Good day"},{"text":", all"}]}""" },
        { "with a last event that tells more", [Delta, """{"type":"transcript.text.done","logprobs":[],"text":"Good day.","usage":{"seconds":1}}"""], """{"text":"Good day.","logprobs":[],"usage":{"seconds":1}}""" },
        { "with a last event without text", [Delta, """{"type":"transcript.text.done"}"""], """{"text":"Good "}""" },
        { "of a model that cannot stream", ["""{"text":"Good day"}"""], """{"text":"Good day"}""" },
        { "a whole for each part", ["""{"text":"One."}""", """{"text":" Two."}""", """{"text":" Three.","language":"en"}"""], """{"text":"One. Two. Three.","language":"en"}""" },
        { "a whole for each part, with its segment", ["""{"text":"One.","segments":[{"id":0,"text":"One."}]}""", """{"text":" Two.","segments":[{"id":1,"text":" Two."}]}"""], """{"text":"One. Two.","segments":[{"id":0,"text":"One."},{"id":1,"text":" Two."}]}""" },
        { "wholes that repeat those before them", ["""{"text":"One."}""", """{"text":"One. Two."}"""], """{"text":"One. Two."}""" },
        { "wholes that repeat those before them, the last without segments", ["""{"text":"One.","segments":[{"id":0}]}""", """{"text":" Two.","segments":[{"id":1}]}""", """{"text":"One. Two.","segments":[]}"""], """{"text":"One. Two.","segments":[{"id":0},{"id":1}]}""" },
        { "a part, and all of it again", ["""{"text":"One.","segments":[{"id":0}]}""", """{"text":" Two.","segments":[{"id":1}]}""", """{"text":"One. Two.","segments":[{"id":9}]}"""], """{"text":"One. Two.","segments":[{"id":9}]}""" },
        { "parts of which some tell no segments", ["""{"text":"One."}""", """{"text":" Two.","segments":[{"id":1}]}""", """{"text":" Three."}""", """{"text":" Four.","segments":[{"id":3}]}"""], """{"text":"One. Two. Three. Four.","segments":[{"id":1},{"id":3}]}""" },
        { "parts, and a last event that says all", ["""{"text":"One."}""", """{"text":" Two."}""", """{"type":"transcript.text.done","text":"One, two."}"""], """{"text":"One, two."}""" },
        { "a part after the last event", ["""{"type":"transcript.text.done","text":"One."}""", """{"text":" Two."}"""], """{"text":"One. Two."}""" },
        { "a whole with segments after segments", [Segment, """{"text":"One.","segments":[{"id":0}]}"""], """{"text":"One.","segments":[{"id":"s","start":0.5,"text":"Good day"}]}""" },
        { "with an event that nobody knows", [Delta, """{"type":"transcript.of.tomorrow","text":"?"}"""], """{"text":"Good "}""" },
    };

    public static TheoryData<string, string[], string> Images => new()
    {
        { "nothing yet", [], """{"data":[]}""" },
        { "without its last event", ["""{"type":"image_generation.partial_image","b64_json":"AA==","size":"1x1"}"""], """{"data":[]}""" },
        {
            "with all that is told of an image",
            ["""{"type":"image_edit.completed","b64_json":"AA==","background":"opaque","created_at":5,"output_format":"png","quality":"low","size":"1x1","usage":{"total_tokens":1},"of_tomorrow":1}"""],
            """{"created":5,"background":"opaque","output_format":"png","quality":"low","size":"1x1","usage":{"total_tokens":1},"data":[{"b64_json":"AA=="}]}"""
        },
        { "an image and its address", ["""{"type":"image_generation.completed","b64_json":"AA==","url":"https://a.example/1.png"}"""], """{"data":[{"b64_json":"AA==","url":"https://a.example/1.png"}]}""" },
        {
            "two images",
            ["""{"type":"image_generation.completed","b64_json":"AA==","size":"1x1"}""", """{"type":"image_generation.partial_image","b64_json":"AQ==","size":"3x3"}""", """{"type":"image_generation.completed","b64_json":"Ag==","size":"2x2"}"""],
            """{"size":"2x2","data":[{"b64_json":"AA=="},{"b64_json":"Ag=="}]}"""
        },
    };

    public static TheoryData<string, string[], string> Speech => new()
    {
        { "nothing yet", [], """{"audio":""}""" },
        { "without its last event", ["""{"type":"speech.audio.delta","audio":"AAE="}""", """{"type":"speech.audio.delta","audio":"Ag=="}"""], """{"audio":"AAEC"}""" },
        { "with audio in its last event", ["""{"type":"speech.audio.delta","audio":"AAE="}""", """{"type":"speech.audio.done","audio":"Ag==","usage":{"total_tokens":1}}"""], """{"type":"speech.audio.done","audio":"AAEC","usage":{"total_tokens":1}}""" },
        { "without audio", ["""{"type":"speech.audio.done","usage":{"total_tokens":1}}"""], """{"type":"speech.audio.done","usage":{"total_tokens":1},"audio":""}""" },
    };

    public static TheoryData<string, string> Runs => new()
    {
        { "thread.run.created", "changed" },
        { "thread.run.requires_action", "changed" },
        { "thread.run.cancelled", "changed" },
        { "thread.run.step.created", "first" },
        { "thread.run.step.completed", "first" },
        { "thread.message.created", "first" },
        { "thread.message.completed", "first" },
        { "thread.created", "first" },
        { "done", "first" },
    };

    [Theory]
    [MemberData(nameof(Transcriptions))]
    public void A_transcription(string what, string[] events, string whole)
    {
        var joined = new TranscriptionAccumulator();
        Join<TranscriptionEvent>(joined, events);
        Assert.True(joined.Whole.ToJson() == whole, $"{what}: {joined.Whole.ToJson()}");
        Assert.Equal(joined.Whole.Text, joined.Text);
    }

    [Fact]
    public void Very_many_parts_of_a_transcription_are_joined_in_linear_time()
    {
        const int Parts = 20_000;
        var joined = new TranscriptionAccumulator();
        var parts = Enumerable.Range(0, 2).Select(static i => JsonModel.FromJson<TranscriptionEvent>($$"""{"text":"{{i}} words. ","segments":[{"id":{{i}}}]}""")).ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Parts; i++)
        {
            joined.Add(parts[i % 2]);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(9 * Parts, joined.Text.Length);
        Assert.True(allocated < 1000 * Parts, $"{allocated:N0} bytes for {Parts:N0} parts");
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void An_image(string what, string[] events, string whole)
    {
        var joined = new ImageAccumulator();
        Join<ImageEvent>(joined, events);
        Assert.True(joined.Whole.ToJson() == whole, $"{what}: {joined.Whole.ToJson()}");
        Assert.Equal("", joined.Text);
    }

    [Theory]
    [MemberData(nameof(Speech))]
    public void Audio(string what, string[] events, string whole)
    {
        var joined = new SpeechAccumulator();
        Join<SpeechEvent>(joined, events);
        Assert.True(joined.ToWhole().ToJson() == whole, $"{what}: {joined.ToWhole().ToJson()}");
        Assert.Equal("", joined.Text);
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task A_run_has_the_state_of_its_own_events(string name, string status)
    {
        await using var server = await Loopback.LoopbackServer.StartAsync();
        server.Default = new Loopback.Reply().Header("Content-Type", "text/event-stream")
            .Send("event: thread.run.queued\ndata: {\"id\":\"run_1\",\"status\":\"first\"}\n\nevent: " + name + "\ndata: {\"id\":\"x_1\",\"status\":\"changed\"}\n\nevent: done\ndata: [DONE]\n\n");
        using var client = Http.Setup.Client(server.Http1);
        using var stream = await client.Assistants.CreateStreamingAsync(new() { AssistantId = "a" }, null, Http.Setup.TestStop);
        var joined = new ThreadRunAccumulator();
        Assert.Equal("{}", joined.Whole.ToJson());
        while (stream.MoveNext())
        {
            joined.Add(stream.Current);
        }

        Assert.Equal(status, joined.Whole.Status);
        Assert.Same(joined.Whole, joined.ToWhole());
    }

    [Fact]
    public void Each_chunk_type_has_its_own_accumulator()
    {
        var accumulators = new Dictionary<StreamChunk, Type>
        {
            [new ChatCompletionChunk()] = typeof(ChatCompletionAccumulator),
            [new Completion()] = typeof(CompletionAccumulator),
            [new ResponseEvent()] = typeof(ResponseAccumulator),
            [new TranscriptionEvent()] = typeof(TranscriptionAccumulator),
            [new ImageEvent()] = typeof(ImageAccumulator),
            [new SpeechEvent()] = typeof(SpeechAccumulator),
            [new AssistantEvent()] = typeof(ThreadRunAccumulator),
        };
        foreach (var (chunk, type) in accumulators)
        {
            var joined = ChunkAccumulator.For(chunk);
            Assert.IsType(type, joined);
            foreach (var other in accumulators.Keys.Where(other => other != chunk))
            {
                string message = Assert.Throws<ArgumentException>(() => joined.Add(other)).Message;
                Assert.Contains(other.GetType().Name, message, StringComparison.Ordinal);
                Assert.Contains(chunk.GetType().Name, message, StringComparison.Ordinal);
            }
        }

        Assert.Throws<ArgumentNullException>(() => ChunkAccumulator.For(null!));
        Assert.Throws<ArgumentNullException>(() => new SpeechAccumulator().Add(null!));
    }

    private static void Join<T>(ChunkAccumulator joined, string[] events) where T : StreamChunk, new()
    {
        foreach (string json in events)
        {
            var one = JsonModel.FromJson<T>(json);
            joined.Add(one);
            _ = joined.ToWhole(); // reading it changes nothing
            Assert.Equal(json, one.ToJson()); // joining does not change the joined parts either
        }

        Assert.Equal(events.Length, joined.Count);
    }
}
