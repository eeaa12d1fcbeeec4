using System.Text;
using System.Text.Json;
using Xunit;

namespace OpenAIStream.Tests.Models;

public class JsonRoundTripTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"a":null}""")]
    [InlineData("""{"a":true,"b":false}""")]
    [InlineData("""{"a":"","b":"text"}""")]
    [InlineData("""{"a":{},"b":[]}""")]
    [InlineData("""{"a":[[],{},[[]],null,1,"x",true,{"b":[{}]}]}""")]
    [InlineData("""{"choices":[{"index":0},null,{"index":1}]}""")]
    [InlineData("""{"choices":[null]}""")]
    [InlineData("""{"choices":[[{"index":0}]]}""")]
    [InlineData("""{"choices":{"index":0}}""")]
    [InlineData("""{"choices":"none","usage":[],"model":{"name":"x"}}""")]
    [InlineData("""{"":1," ":2}""")]
    [InlineData("""{"z":1,"a":2,"m":3}""")]
    [InlineData("""{"a":"漢字 é","é":1}""")]
    public void Text_is_written_exactly_as_it_was_read(string json)
    {
        Assert.Equal(json, JsonModel.FromJson<JsonMap>(json).ToJson());
        Assert.Equal(json, JsonModel.FromJson<ChatCompletionChunk>(json).ToJson());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("0.0")]
    [InlineData("-0.0")]
    [InlineData("1.0")]
    [InlineData("1.50")]
    [InlineData("100.0")]
    [InlineData("0.1")]
    [InlineData("-123.456")]
    [InlineData("0.001")]
    [InlineData("0.0001")]
    [InlineData("0.00001")]
    [InlineData("-0.000012")]
    [InlineData("123456789012.345")]
    [InlineData("0.12345678901234")]
    [InlineData("0.1234567890123456789")]
    [InlineData("0.30000000000000004")]
    [InlineData("9007199254740993")]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551615")]
    [InlineData("1e5")]
    [InlineData("1E+5")]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("1e-400")]
    public void A_number_is_written_unchanged(string number)
    {
        string json = $$"""{"a":{{number}},"b":[{{number}}]}""";
        Assert.Equal(json, JsonModel.FromJson<JsonMap>(json).ToJson());
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""", """{"a":2}""")]
    [InlineData("""{"a":1,"b":2,"a":{"c":[3]}}""", """{"a":{"c":[3]},"b":2}""")]
    [InlineData("""{"a":{"b":1,"b":2},"a":null}""", """{"a":null}""")]
    [InlineData("""{"a":1,"\u0061":2}""", """{"a":2}""")]
    [InlineData("""{"\u0061":1}""", """{"a":1}""")]
    [InlineData("""{"a":"\u0041\/\n\"\\"}""", """{"a":"A/\n\"\\"}""")]
    [InlineData("""{"a":"\ud83d\ude00"}""", """{"a":"😀"}""")]
    [InlineData("""{"a":"x\ud83d"}""", """{"a":"x\ud83d"}""")]
    [InlineData("""{"a":"\ude00x"}""", """{"a":"\ude00x"}""")]
    [InlineData("""{"a":"\ud83d\n\ud83d\ude00\u0001\"\\"}""", """{"a":"\ud83d\n😀\u0001\"\\"}""")]
    [InlineData("""{"\ud83d":{"\ude00":[1]},"b":"\ud83d"}""", """{"\ud83d":{"\ude00":[1]},"b":"\ud83d"}""")]
    [InlineData(" {\t\"a\" :\r\n[ 1 , 2 ] } ", """{"a":[1,2]}""")]
    public void Equivalent_spellings_mean_the_same(string json, string expected)
    {
        string written = JsonModel.FromJson<JsonMap>(json).ToJson();
        Assert.Equal(JsonTexts.Normal(expected), JsonTexts.Normal(written));
        Assert.Equal(written, JsonModel.FromJson<JsonMap>(written).ToJson());
        Assert.Equal(JsonTexts.Normal(written), JsonTexts.Normal(string.Concat(JsonModel.FromJson<JsonMap>(json).ToJson(indented: true).Split(' ', '\n', '\r'))));
    }

    [Fact]
    public void The_last_of_two_equal_names_counts_even_among_very_many()
    {
        string fields = string.Join(",", Enumerable.Range(0, 1000).Select(i => $"\"f{i}\":{i}"));
        var map = JsonModel.FromJson<JsonMap>($$"""{{{fields}},"f900":"again","f3":"again"}""");
        Assert.Equal(["again", "again", 901L], [map["f900"], map["f3"], map["f901"]]);
        Assert.Equal(1000, map.GetFieldNames().Distinct().Count());
        Assert.Equal(1000, map.GetFieldNames().Count());
        Assert.True(map.Remove("f900"));
        Assert.False(map.Contains("f900"));
    }

    [Fact]
    public void Halves_of_an_emoji_in_two_chunks_join_to_the_whole()
    {
        var first = JsonModel.FromJson<ChatCompletionChunk>("""{"choices":[{"delta":{"content":"\ud83d"}}]}""");
        var second = JsonModel.FromJson<ChatCompletionChunk>("""{"choices":[{"delta":{"content":"\ude00"}}]}""");
        Assert.Equal("\U0001F600", first.Text + second.Text);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_become_U_FFFD()
    {
        byte[] json = [.. "{\"a"u8, 0xFF, .. "\":\"b"u8, 0xC3, .. "\",\"c\":\"\\n"u8, 0xE2, 0x82, .. "\\ud83d\"}"u8];
        var map = (JsonMap)new JsonModelReader().Read(json, JsonMap.Shape, null)!;
        Assert.Equal(["a\uFFFD", "c"], map.GetFieldNames());
        Assert.Equal("b\uFFFD", map["a\uFFFD"]);
        Assert.Equal("\n\uFFFD\uD83D", map["c"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("""{"a":1""")]
    [InlineData("""{"a":1}x""")]
    [InlineData("{}{}")]
    [InlineData("{},")]
    [InlineData("""{"a":1,}""")]
    [InlineData("""{"a":[1,]}""")]
    [InlineData("""{"a" 1}""")]
    [InlineData("{'a':1}")]
    [InlineData("{a:1}")]
    [InlineData("""{"a":01}""")]
    [InlineData("""{"a":+1}""")]
    [InlineData("""{"a":.5}""")]
    [InlineData("""{"a":NaN}""")]
    [InlineData("""{"a":tru}""")]
    [InlineData("""{"a":"\x"}""")]
    [InlineData("{\"a\":\"\n\"}")]
    [InlineData("""{"a":1}//""")]
    [InlineData("\uFEFF{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("\"a\"")]
    public void Anything_that_is_not_a_JSON_object_is_a_JsonException(string text) =>
        Assert.ThrowsAny<JsonException>(() => JsonModel.FromJson<JsonMap>(text));

    [Fact]
    public void Nesting_of_256_is_read_and_one_more_is_a_JsonException()
    {
        string Nested(int depth) => "{\"a\":" + new string('[', depth - 1) + new string(']', depth - 1) + "}";
        Assert.Equal(Nested(256), JsonModel.FromJson<JsonMap>(Nested(256)).ToJson());
        Assert.ThrowsAny<JsonException>(() => JsonModel.FromJson<JsonMap>(Nested(257)));
        Assert.ThrowsAny<JsonException>(() => JsonModel.FromJson<JsonMap>(Nested(100_000)));
    }

    [Fact]
    public void A_reader_starts_clean_after_invalid_JSON()
    {
        var reader = new JsonModelReader();
        Assert.ThrowsAny<JsonException>(() => reader.Read("""{"a":{"b":[1,2,{"c":"""u8, JsonMap.Shape, null));
        Assert.Equal("""{"x":[3]}""", ((JsonModel)reader.Read("""{"x":[3]}"""u8, JsonMap.Shape, null)!).ToJson());
    }

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    public void Long_lists_and_wide_objects_are_read_whole_wherever_they_stand(int count)
    {
        string list = "[" + string.Join(",", Enumerable.Range(0, count)) + "]";
        string wide = "{" + string.Join(",", Enumerable.Range(0, count).Select(i => $"\"f{i}\":[{i}]")) + "}";
        string json = $$$"""{"a":{{{list}}},"b":{"c":{{{wide}}},"d":[{{{list}}},{"e":{{{list}}}}]}}""";
        Assert.Equal(json, Encoding.UTF8.GetString(JsonModelWriter.ToUtf8(JsonModel.FromJson<JsonMap>(json))));
    }
}
