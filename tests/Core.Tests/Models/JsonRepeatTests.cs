using System.Text;
using Xunit;

namespace OpenAIStream.Tests.Models;

/// <summary>A chunk read by a shared layout equals one read by the general reader.</summary>
public class JsonRepeatTests
{
    private const string First =
        """{"id":"a","object":"chat.completion.chunk","created":1,"n":-0.5,"on":true,"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":null}],"list":[1,"b",null]}""";

    // Everything that may differ within the same layout does.
    private const string Second =
        """{"id":"b","object":"chat.completion.chunk","created":2,"n":-1.5,"on":false,"choices":[{"index":1,"delta":{"content":"y"},"finish_reason":"z"}],"list":[2,"c",true]}""";

    /// <summary>A chunk after these, and whether the layout was used to read it.</summary>
    public static TheoryData<string, bool> Followers => new()
    {
        { First, true },
        { First.Replace("\"x\"", "\"für 日本\""), true },
        { First.Replace("\"x\"", "\"a\\n\\\"b\\\" \\ud83d\\ude42 \\ud83d\""), true },
        { First.Replace("\"x\"", "null"), true },
        { First.Replace("\"x\"", "\"\""), true },
        { First.Replace("\"x\"", "{\"text\":\"x\"}"), true },
        { First.Replace("\"x\"", "[{\"text\":[\"x\"]},7]"), true },
        { First.Replace("\"created\":1", "\"created\":-12.50e3"), true },
        { First.Replace("\"created\":1", "\"created\":123456789012345678901234567890"), true },
        { First.Replace("true", "false"), true },
        { First.Replace("[1,\"b\",null]", "[]"), false },
        { First.Replace("[1,\"b\",null]", "[[1],{},\"c\"]"), true },
        { First.Replace("[1,\"b\",null]", "[2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22]"), false },
        { First.Replace("[1,\"b\",null]", "[[1]]"), false },
        { First.Replace("[1,\"b\",null]", "{}"), false },
        { First.Replace("\"index\"", "\"other\""), false },
        { First.Replace("}],", "},{\"index\":1}],"), false },
        { First.Replace("{\"id\"", "{ \"id\""), false },
        { First.Replace("\"on\":", "\"on\": "), false },
        { First + " ", false },
        { "{}", false },
        { "[]", false },
        { "7", false },
    };

    [Theory]
    [MemberData(nameof(Followers))]
    public void A_chunk_is_read_the_same_by_both_readers(string json, bool isRepeat)
    {
        var reader = Learned();
        Assert.Equal(JsonTexts.Describe(Read(json)), JsonTexts.Describe(Read(json, reader)));
        Assert.Equal(isRepeat ? 1 : 0, reader.Repeats);
    }

    [Theory]
    [InlineData("\"x\"", "\"x")]
    [InlineData("\"x\"", "\"x\\")]
    [InlineData("\"x\"", "\"\\q\"")]
    [InlineData("\"x\"", "\"a\tb\"")]
    [InlineData("\"x\"", "")]
    [InlineData("\"created\":1", "\"created\":01")]
    [InlineData("\"created\":1", "\"created\":1 2")]
    [InlineData("\"created\":1", "\"created\":\"1\"2")]
    [InlineData("\"created\":1", "\"created\":\"\\n\"2")]
    [InlineData("\"created\":1", "\"created\":")]
    [InlineData("\"created\":1", "\"created\":-")]
    [InlineData("\"x\"", "{\"a\":}")]
    [InlineData("\"x\"", "[1")]
    [InlineData("true", "tru")]
    [InlineData("[1,\"b\",null]", "[1,]")]
    [InlineData("[1,\"b\",null]", "[,1]")]
    [InlineData("[1,\"b\",null]", "[1 2]")]
    [InlineData("[1,\"b\",null]}", "[1,\"b\",null]}}")]
    [InlineData("[1,\"b\",null]}", "[1,\"b\"")]
    [InlineData("[1,\"b\",null]}", "[")]
    public void Anything_that_is_not_JSON_is_refused_by_both_readers(string part, string broken)
    {
        string json = First.Replace(part, broken);
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => Read(json));
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => Read(json, Learned()));
    }

    [Fact]
    public void Every_truncated_chunk_is_refused()
    {
        var reader = Learned();
        for (int length = 0; length < First.Length; length++)
        {
            Assert.ThrowsAny<System.Text.Json.JsonException>(() => Read(First[..length], reader));
        }

        Assert.Equal(0, reader.Repeats);
    }

    /// <summary>Random changes to bytes: both readers give the same result, whether it is JSON or not.</summary>
    [Fact]
    public void Damaged_chunks_are_read_the_same_by_both_readers()
    {
        byte[] alphabet = "\"\\{}[],: 0123-.eatrufls\n\u00e9x"u8.ToArray();
        var random = new Random(4711);
        var reader = Learned();
        for (int round = 0; round < 20_000; round++)
        {
            reader = round % 20 == 0 ? Learned() : reader; // it learns from damaged chunks too
            byte[] json = Encoding.UTF8.GetBytes(First);
            for (int change = random.Next(1, 3); change > 0; change--)
            {
                json[random.Next(json.Length)] = alphabet[random.Next(alphabet.Length)];
            }

            Assert.Equal(Outcome(json, new JsonModelReader()), Outcome(json, reader));
        }
    }

    [Fact]
    public void Chunks_share_neither_objects_nor_lists()
    {
        var reader = Learned();
        var first = (ChatCompletionChunk)Read(First, reader)!;
        var second = (ChatCompletionChunk)Read(First, reader)!;
        Assert.Equal(2, reader.Repeats);
        second.Choices[0].Delta!.Content = "changed";
        second["id"] = "changed";

        Assert.Equal("x", first.Choices[0].Delta!.Content);
        Assert.Equal(First, first.ToJson());
    }

    [Fact]
    public void A_caller_s_change_to_a_chunk_does_not_affect_the_next()
    {
        var reader = new JsonModelReader();
        var first = (ChatCompletionChunk)Read(First, reader)!;
        first["choices"] = new[] { new ChatMessage("user", "x") };
        first["id"] = 7;
        first["list"] = new JsonMap();
        first["extra"] = "x";
        first.Remove("created");

        foreach (string json in new[] { First, Second, First, Second })
        {
            var read = (ChatCompletionChunk)Read(json, reader)!;
            Assert.Equal(JsonTexts.Describe(Read(json)), JsonTexts.Describe(read));
            read.Choices[0].Delta!["content"] = read;
            read["id"] = new JsonMap();
        }

        Assert.Equal(2, reader.Repeats); // the first two were not alike, because they were changed
    }

    /// <summary>Chunks of a stream share the values in which they do not differ, and each holds the others: none, one, or several.</summary>
    [Theory]
    [InlineData("""{"a":"x","b":1,"c":null}""", """{"a":"x","b":1,"c":null}""")]
    [InlineData("""{"a":"x","b":1,"c":null}""", """{"a":"x","b":2,"c":null}""")]
    [InlineData("""{"a":"x","b":1,"c":null}""", """{"a":"y","b":2,"c":null}""")]
    [InlineData("""{"a":"x","b":1,"c":null}""", """{"a":"y","b":2,"c":true}""")]
    [InlineData("""{"a":["x",1],"b":{"d":1},"c":[]}""", """{"a":["x",2],"b":{"d":1},"c":[]}""")]
    [InlineData("""{"a":["x"]}""", """{"a":["y"]}""")]
    [InlineData("""{}""", """{}""")]
    public void A_change_applies_to_one_chunk_only(string first, string second)
    {
        var changes = new Action<JsonModel>[] { model => model["a"] = "new", model => model["b"] = null, model => model["c"] = new[] { 7 }, model => model["e"] = 1, model => model.Remove("a"), model => model.Remove("b") };
        foreach (var change in changes)
        {
            var reader = new JsonModelReader();
            JsonModel ReadMap(string json) => (JsonModel)reader.Read(Encoding.UTF8.GetBytes(json), JsonMap.Shape)!;
            ReadMap(first);
            ReadMap(second);
            var (before, changed, after) = (ReadMap(first), ReadMap(second), ReadMap(first));
            Assert.Equal(3, reader.Repeats);
            var expected = JsonModel.FromJson<JsonMap>(second);
            change(expected);
            change(changed);

            Assert.Equal(JsonTexts.Describe(expected), JsonTexts.Describe(changed));
            Assert.Equal((first, first, first), (before.ToJson(), after.ToJson(), ReadMap(first).ToJson()));
        }
    }

    [Theory]
    [InlineData("response.output_text.delta", "response.output_text.delta", true)]
    [InlineData("response.output_text.delta", "response.refusal.delta", false)]
    [InlineData("response.output_text.delta", "response.of_tomorrow", false)]
    [InlineData("response.of_today", "response.output_text.delta", false)]
    [InlineData("response.of_today", "response.of_today", true)]
    public void An_object_of_another_type_is_not_taken_for_the_one_before(string before, string after, bool isRepeat)
    {
        string json = $$"""{"type":"{{after}}","delta":"x"}""";
        JsonShape shape = ResponseEventTypes.Shape;
        object alone = new JsonModelReader().Read(Encoding.UTF8.GetBytes(json), shape)!;
        var reader = new JsonModelReader();
        reader.Read(Encoding.UTF8.GetBytes(json.Replace(after, before)), shape);
        reader.Read(Encoding.UTF8.GetBytes(json.Replace(after, before).Replace("\"x\"", "\"y\"")), shape);

        Assert.IsType(alone.GetType(), reader.Read(Encoding.UTF8.GetBytes(json), shape));
        Assert.Equal(isRepeat ? 1 : 0, reader.Repeats);
    }

    [Fact]
    public void Chunks_of_several_kinds_are_each_read_by_the_layout_of_their_kind()
    {
        var reader = new JsonModelReader();
        for (int i = 0; i < 100; i++)
        {
            foreach (string delta in new[] { "{\"content\":\"" + i + "\"}", "{\"role\":\"assistant\",\"reasoning\":\"" + i + "\"}", "{}" })
            {
                string json = "{\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":" + delta + "}], \"n\":" + i + "}";
                Assert.Equal(JsonTexts.Describe(Read(json)), JsonTexts.Describe(Read(json, reader)));
            }
        }

        Assert.InRange(reader.Repeats, 290, 300);
    }

    /// <summary>Lists whose length changes in each chunk, as with log probabilities: they are read separately, the rest by the layout.</summary>
    [Fact]
    public void A_list_whose_length_changes_each_time_is_read_correctly()
    {
        var reader = new JsonModelReader();
        for (int i = 0; i < 100; i++)
        {
            string json = "{\"id\":\"a\",\"choices\":[{\"index\":0,\"logprobs\":{\"content\":[{\"bytes\":[" + string.Join(",", Enumerable.Range(0, 1 + (i % 4))) + "]}]}}]}";
            Assert.Equal(JsonTexts.Describe(Read(json)), JsonTexts.Describe(Read(json, reader)));
        }

        Assert.InRange(reader.Repeats, 80, 100);
    }

    /// <summary>A list of objects that differ each time, and then contains something else.</summary>
    [Theory]
    [InlineData("null")]
    [InlineData("5")]
    [InlineData("\"x\"")]
    [InlineData("[]")]
    public void A_list_of_objects_that_contains_something_else_is_read_the_same_by_both_readers(string item)
    {
        var reader = new JsonModelReader();
        for (int i = 0; i < 40; i++)
        {
            Read($$"""{"id":"i","choices":[{"index":0,"field{{i}}":1}]}""", reader);
        }

        Assert.NotEqual(0, reader.Repeats);

        string json = $$"""{"id":"i","choices":[{{item}}]}""";
        Assert.Equal(JsonTexts.Describe(Read(json)), JsonTexts.Describe(Read(json, reader)));
    }

    /// <summary>A reader that has learned what the two chunks have in common.</summary>
    private static JsonModelReader Learned()
    {
        var reader = new JsonModelReader();
        Read(First, reader);
        Read(Second, reader);
        return reader;
    }

    private static object? Read(string json, JsonModelReader? reader = null) =>
        (reader ?? new JsonModelReader()).Read(Encoding.UTF8.GetBytes(json), ChatCompletionChunk.Shape);

    private static string Outcome(byte[] json, JsonModelReader reader)
    {
        try
        {
            return JsonTexts.Describe(reader.Read(json, ChatCompletionChunk.Shape));
        }
        catch (System.Text.Json.JsonException)
        {
            return "not JSON";
        }
    }
}
