using Xunit;

namespace OpenAIStream.Tests.Joining;

public class AccumulatorTests
{
    public static TheoryData<string, string[], string> Chats => new()
    {
        {
            "text, role and finish reason",
            ["""{"id":"c","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""", """{"id":"c","choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]}""", """{"id":"c","choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":"stop"}]}"""],
            """{"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}"""
        },
        {
            "choices out of order, with a gap",
            ["""{"choices":[{"index":2,"delta":{"role":"assistant","content":"c"},"finish_reason":"stop"}]}""", """{"choices":[{"index":0,"delta":{"role":"assistant","content":"a"},"finish_reason":"stop"}]}"""],
            """{"choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"},{"index":2,"message":{"role":"assistant","content":"c"},"finish_reason":"stop"}],"object":"chat.completion"}"""
        },
        {
            "tool calls: two pieces of one index in a chunk, out of order, id, type, role and name repeated",
            ["""{"choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{}"}},{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\""}},{"index":0,"function":{"arguments":":"}}]},"finish_reason":null}]}""", """{"choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"1}"}}]},"finish_reason":"tool_calls"}]}"""],
            """{"choices":[{"index":0,"message":{"role":"assistant","tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]},"finish_reason":"tool_calls"}],"object":"chat.completion"}"""
        },
        {
            "Azure's chunks without choices, without delta and with empty names",
            ["""{"id":"","object":"","model":"","choices":[],"prompt_filter_results":[{"prompt_index":0}]}""", """{"id":"c","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"a"},"finish_reason":null}]}""", """{"id":"","object":"","model":"","choices":[{"index":0,"finish_reason":null,"content_filter_results":{"hate":{"severity":"safe"}}}]}""", """{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop","content_filter_results":{"hate":{"severity":"safe"}}}]}"""],
            """{"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop","content_filter_results":{"hate":{"severity":"safe"}}}],"prompt_filter_results":[{"prompt_index":0}]}"""
        },
        {
            "usage of the last chunk, refusal, reasoning and log probabilities",
            ["""{"choices":[{"index":0,"delta":{"role":"assistant","content":null,"refusal":"No","reasoning_content":"Hm"},"logprobs":{"content":null,"refusal":[{"token":"No","logprob":-0.1}]},"finish_reason":null}],"usage":null}""", """{"choices":[{"index":0,"delta":{"refusal":".","reasoning_content":"m"},"logprobs":{"content":null,"refusal":[{"token":".","logprob":-0.2}]},"finish_reason":"stop"}],"usage":null}""", """{"choices":[],"usage":{"total_tokens":3}}"""],
            """{"choices":[{"index":0,"message":{"role":"assistant","content":null,"refusal":"No.","reasoning_content":"Hmm"},"logprobs":{"content":null,"refusal":[{"token":"No","logprob":-0.1},{"token":".","logprob":-0.2}]},"finish_reason":"stop"}],"usage":{"total_tokens":3},"object":"chat.completion"}"""
        },
        {
            "content that begins as text and goes on in parts",
            ["""{"choices":[{"index":0,"delta":{"role":"assistant","content":"a"},"finish_reason":null}]}""", """{"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[]}]},"finish_reason":"stop"}]}"""],
            """{"choices":[{"index":0,"message":{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"thinking","thinking":[]}]},"finish_reason":"stop"}],"object":"chat.completion"}"""
        },
        {
            "halves of an emoji",
            ["""{"choices":[{"index":0,"delta":{"role":"assistant","content":"\ud83d"},"finish_reason":null}]}""", """{"choices":[{"index":0,"delta":{"content":"\ude00"},"finish_reason":"stop"}]}"""],
            """{"choices":[{"index":0,"message":{"role":"assistant","content":"\uD83D\uDE00"},"finish_reason":"stop"}],"object":"chat.completion"}"""
        },
    };

    [Theory]
    [MemberData(nameof(Chats))]
    public void Chat_chunks_join_to_the_whole(string what, string[] chunks, string whole)
    {
        var joined = new ChatCompletionAccumulator();
        foreach (string chunk in chunks)
        {
            joined.Add(JsonModel.FromJson<ChatCompletionChunk>(chunk));
            _ = joined.Whole; // reading it changes nothing
        }

        Assert.True(joined.Whole.ToJson() == whole, $"{what}: {joined.Whole.ToJson()}");
        Assert.Equal(chunks.Length, joined.Count);
    }

    [Fact]
    public void Tool_arguments_are_an_object_once_they_are_complete()
    {
        var call = new ChatFunctionCall { Arguments = """{"city":"Os""" };
        Assert.Null(call.ParsedArguments);
        call.Arguments += "lo\"}";
        Assert.Equal("Oslo", call.ParsedArguments!["city"]);
        call.Arguments = "[1]";
        Assert.Null(call.ParsedArguments);
    }

    [Fact]
    public void A_completion_joins_its_text_and_the_lists_of_its_log_probabilities()
    {
        var joined = new CompletionAccumulator();
        joined.Add(JsonModel.FromJson<Completion>("""{"choices":[{"index":0,"text":"a","logprobs":{"tokens":["a"],"token_logprobs":[-1.5]},"finish_reason":null}]}"""));
        joined.Add(JsonModel.FromJson<Completion>("""{"choices":[{"index":0,"text":"b","logprobs":{"tokens":["b"],"token_logprobs":[-2.5]},"finish_reason":"stop"}]}"""));
        Assert.Equal(
            """{"choices":[{"index":0,"text":"ab","logprobs":{"tokens":["a","b"],"token_logprobs":[-1.5,-2.5]},"finish_reason":"stop"}]}""",
            joined.Whole.ToJson());
    }

    [Fact]
    public void A_transcription_joins_to_its_text_and_segments()
    {
        var joined = new TranscriptionAccumulator();
        joined.Add(JsonModel.FromJson<TranscriptionEvent>("""{"type":"transcript.text.delta","delta":"Good "}"""));
        joined.Add(JsonModel.FromJson<TranscriptionEvent>("""{"type":"transcript.text.segment","id":"s","start":0.5,"end":1.5,"speaker":"A","text":"Good day"}"""));
        Assert.Equal("Good ", joined.Text);
        joined.Add(JsonModel.FromJson<TranscriptionEvent>("""{"type":"transcript.text.done","text":"Good day","usage":{"total_tokens":3}}"""));
        Assert.Equal(
            """{"text":"Good day","usage":{"total_tokens":3},"segments":[{"id":"s","start":0.5,"end":1.5,"speaker":"A","text":"Good day"}]}""",
            joined.Whole.ToJson());
    }

    [Fact]
    public void Images_join_to_the_finished_ones()
    {
        var joined = new ImageAccumulator();
        joined.Add(JsonModel.FromJson<ImageEvent>("""{"type":"image_generation.partial_image","b64_json":"AA==","partial_image_index":0}"""));
        joined.Add(JsonModel.FromJson<ImageEvent>("""{"type":"image_generation.completed","b64_json":"AAE=","created_at":5,"size":"1x1"}"""));
        Assert.Equal("""{"created":5,"size":"1x1","data":[{"b64_json":"AAE="}]}""", joined.Whole.ToJson());
    }

    [Fact]
    public void Speech_joins_to_its_audio_in_one_piece()
    {
        var joined = new SpeechAccumulator();
        joined.Add(JsonModel.FromJson<SpeechEvent>("""{"type":"speech.audio.delta","audio":"AA=="}"""));
        joined.Add(JsonModel.FromJson<SpeechEvent>("""{"type":"speech.audio.delta","audio":"AQI="}"""));
        joined.Add(JsonModel.FromJson<SpeechEvent>("""{"type":"speech.audio.done","usage":{"total_tokens":3}}"""));
        Assert.Equal("""{"type":"speech.audio.done","usage":{"total_tokens":3},"audio":"AAEC"}""", joined.ToWhole().ToJson());
    }

    [Fact]
    public void A_run_joins_to_its_final_state()
    {
        var joined = new ThreadRunAccumulator();
        joined.Add(Event("thread.run.created", """{"id":"run_1","status":"queued"}"""));
        joined.Add(Event("thread.message.delta", """{"delta":{"content":[{"index":0,"type":"text","text":{"value":"Hi"}}]}}"""));
        joined.Add(Event("thread.run.step.completed", """{"id":"step_1","status":"completed"}"""));
        joined.Add(Event("thread.run.completed", """{"id":"run_1","status":"completed"}"""));
        Assert.Equal(("run_1", "completed", "Hi"), (joined.Whole.Id, joined.Whole.Status, joined.Text));
    }

    [Fact]
    public void Chunks_of_another_api_are_refused() =>
        Assert.Throws<ArgumentException>(() => new ChatCompletionAccumulator().Add(new Completion()));

    private static AssistantEvent Event(string name, string json)
    {
        var data = JsonModel.FromJson<AssistantEvent>(json);
        data.Event = name;
        return data;
    }
}
