using System.Text;
using Xunit;

namespace OpenAIStream.Tests.Models;

/// <summary>What is read by the short way for chunks that repeat each other is what the general reader reads.</summary>
public class JsonRepeatTests
{
    private const string First =
        """{"id":"a","object":"chat.completion.chunk","created":1,"n":-0.5,"on":true,"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":null}],"list":[1,"b",null]}""";

    /// <summary>A chunk after the first, and whether the short way reads it.</summary>
    public static TheoryData<string, bool> Followers => new()
    {
        { First, true },
        { First.Replace("\"x\"", "\"für 日本\""), true },
        { First.Replace("\"x\"", "\"a\\n\\\"b\\\" \\ud83d\\ude42 \\ud83d\""), true },
        { First.Replace("\"x\"", "null"), true },
        { First.Replace("\"x\"", "\"\""), true },
        { First.Replace("\"x\"", "{\"text\":\"x\"}"), false },
        { First.Replace("\"created\":1", "\"created\":-12.50e3"), true },
        { First.Replace("\"created\":1", "\"created\":123456789012345678901234567890"), true },
        { First.Replace("true", "false"), true },
        { First.Replace("[1,\"b\",null]", "[]"), true },
        { First.Replace("[1,\"b\",null]", "[2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22]"), true },
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
    public void A_chunk_is_read_alike_either_way(string json, bool isRepeat)
    {
        object? earlier = Read(First, null);
        Assert.Equal(isRepeat, Repeats(json, earlier));
        Assert.Equal(JsonTexts.Describe(Read(json, null)), JsonTexts.Describe(Read(json, earlier)));
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
    [InlineData("true", "tru")]
    [InlineData("[1,\"b\",null]", "[1,]")]
    [InlineData("[1,\"b\",null]", "[,1]")]
    [InlineData("[1,\"b\",null]", "[1 2]")]
    [InlineData("[1,\"b\",null]}", "[1,\"b\",null]}}")]
    [InlineData("[1,\"b\",null]}", "[1,\"b\"")]
    [InlineData("[1,\"b\",null]}", "[")]
    public void What_is_not_JSON_is_refused_either_way(string part, string broken)
    {
        string json = First.Replace(part, broken);
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => Read(json, null));
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => Read(json, Read(First, null)));
    }

    [Fact]
    public void Every_beginning_of_a_chunk_is_refused()
    {
        object? earlier = Read(First, null);
        for (int length = 0; length < First.Length; length++)
        {
            Assert.False(Repeats(First[..length], earlier), First[..length]);
        }
    }

    /// <summary>Bytes changed at random: both ways see the same, be it JSON or not.</summary>
    [Fact]
    public void Damaged_chunks_are_read_alike_either_way()
    {
        byte[] alphabet = "\"\\{}[],: 0123-.eatrufls\n\u00e9x"u8.ToArray();
        var random = new Random(4711);
        object? earlier = Read(First, null);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] json = Encoding.UTF8.GetBytes(First);
            for (int change = random.Next(1, 3); change > 0; change--)
            {
                json[random.Next(json.Length)] = alphabet[random.Next(alphabet.Length)];
            }

            Assert.Equal(Outcome(json, null), Outcome(json, earlier));
        }
    }

    [Fact]
    public void Chunks_share_neither_objects_nor_lists()
    {
        var first = (ChatCompletionChunk)Read(First, null)!;
        var second = (ChatCompletionChunk)Read(First, first)!;
        second.Choices[0].Delta!.Content = "changed";
        second["id"] = "changed";

        Assert.Equal("x", first.Choices[0].Delta!.Content);
        Assert.Equal(First, first.ToJson());
    }

    [Fact]
    public void What_a_caller_did_to_a_chunk_does_not_reach_the_next()
    {
        var first = (ChatCompletionChunk)Read(First, null)!;
        first["choices"] = new[] { new ChatMessage("user", "x") };
        first["id"] = 7;
        first["list"] = new JsonMap();
        first["extra"] = "x";
        first.Remove("created");

        Assert.Equal(JsonTexts.Describe(Read(First, null)), JsonTexts.Describe(Read(First, first)));
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
        var earlier = (JsonModel)new JsonModelReader().Read(Encoding.UTF8.GetBytes(json.Replace(after, before)), shape, null)!;
        object alone = new JsonModelReader().Read(Encoding.UTF8.GetBytes(json), shape, null)!;

        Assert.Equal(isRepeat, new JsonModelReader().TryRepeat(Encoding.UTF8.GetBytes(json), shape, earlier, out _));
        Assert.IsType(alone.GetType(), new JsonModelReader().Read(Encoding.UTF8.GetBytes(json), shape, earlier));
    }

    private static object? Read(string json, object? earlier) =>
        new JsonModelReader().Read(Encoding.UTF8.GetBytes(json), ChatCompletionChunk.Shape, earlier);

    private static bool Repeats(string json, object? earlier) =>
        new JsonModelReader().TryRepeat(Encoding.UTF8.GetBytes(json), ChatCompletionChunk.Shape, (JsonModel)earlier!, out _);

    private static string Outcome(byte[] json, object? earlier)
    {
        try
        {
            return JsonTexts.Describe(new JsonModelReader().Read(json, ChatCompletionChunk.Shape, earlier));
        }
        catch (System.Text.Json.JsonException)
        {
            return "not JSON";
        }
    }
}
