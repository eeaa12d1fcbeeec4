using System.Text.Json;
using OpenAIStream.Tests.Models;
using Xunit;

namespace OpenAIStream.Tests.Joining;

public class PartialJsonTests
{
    [Theory]
    [InlineData("""{"a":"b","c":[1,2.5,true,null,{"d":"\u00e9\n\"x\""}],"e":{}}""")]
    [InlineData("""[ "x" , [] , -1e3 , "" ]""")]
    [InlineData("\"text\"")]
    public void Text_in_single_characters_gives_the_same_value_as_the_whole(string json)
    {
        var partial = new PartialJson();
        foreach (char c in json)
        {
            partial.Append(c.ToString());
            _ = partial.Value; // reading it changes nothing
        }

        Assert.True(partial.IsComplete);
        using var expected = JsonDocument.Parse(json);
        string actual = JsonSerializer.Serialize(partial.Value);
        using var read = JsonDocument.Parse(actual);
        Assert.True(JsonElement.DeepEquals(expected.RootElement, read.RootElement), $"{json} was read as {actual}");
    }

    [Theory]
    [InlineData("""{"title":"Stream""", """{"title":"Stream"}""")]
    [InlineData("""{"steps":["one","tw""", """{"steps":["one","tw"]}""")]
    [InlineData("""{"steps":["one",{"n":1,"t":"x""", """{"steps":["one",{"n":1,"t":"x"}]}""")]
    [InlineData("""{"a":1""", "{}")]
    [InlineData("""{"a":"\u00""", """{"a":""}""")]
    [InlineData("""{"a":"x\u""", """{"a":"x"}""")]
    [InlineData("""{"a":"x\u00e""", """{"a":"x"}""")]
    [InlineData("""{"a":"x\""", """{"a":"x"}""")]
    [InlineData("""{"a":"x\u00e9y""", """{"a":"x\u00e9y"}""")]
    [InlineData("""{"a":"\uABCD\uefEF""", """{"a":"\uabcd\uefef"}""")]
    [InlineData("""{"a":1,"b""", """{"a":1}""")]
    [InlineData("""{"a":1,"b":""", """{"a":1}""")]
    [InlineData("""{"a":{"b":"c"}""", """{"a":{"b":"c"}}""")]
    [InlineData("""{"a":"b","a":"c""", """{"a":"c"}""")]
    [InlineData("""[1,2""", "[1]")]
    [InlineData("""[1,2,""", "[1,2]")]
    [InlineData("""[["a"],"b""", """[["a"],"b"]""")]
    [InlineData("""["a",""", """["a"]""")]
    [InlineData("""[{"a":"b"},{""", """[{"a":"b"},{}]""")]
    [InlineData("\"te", "\"te\"")]
    [InlineData("\"", "\"\"")]
    [InlineData("12", "null")]
    [InlineData("tru", "null")]
    [InlineData("  ", "null")]
    [InlineData("", "null")]
    public void An_unfinished_value_has_the_content_so_far(string begun, string expected)
    {
        var partial = new PartialJson();
        partial.Append(begun);

        Assert.False(partial.IsComplete);
        Assert.Equal(JsonNode(expected), JsonNode(JsonSerializer.Serialize(partial.Value)));
        Assert.Equal(JsonNode(expected), JsonNode(JsonSerializer.Serialize(partial.Value))); // reading it changes nothing

        static string JsonNode(string json) => System.Text.Json.Nodes.JsonNode.Parse(json)?.ToJsonString() ?? "null";
    }

    [Theory]
    [InlineData("1 ")]
    [InlineData("-1.5\n")]
    [InlineData("true\t")]
    [InlineData("null\r")]
    [InlineData("\"\"")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData(" { \"a\" : [ 1 , { } ] } ")]
    [InlineData("[1,2]")]
    [InlineData("[true]")]
    [InlineData("{\"a\":null}")]
    public void A_value_is_complete_only_at_its_end(string json)
    {
        var partial = new PartialJson();
        int end = json.TrimEnd(' ').Length;
        for (int i = 0; i < json.Length; i++)
        {
            Assert.False(i < end && partial.IsComplete, $"complete after '{json[..i]}' of '{json}'");
            partial.Append(json[i].ToString());
        }

        Assert.True(partial.IsComplete, $"not complete after '{json}'");
        partial.Append(" \n");
        partial.Append(null);
        Assert.True(partial.IsComplete, $"not complete after '{json}' and white space");
        Assert.Equal(System.Text.Json.Nodes.JsonNode.Parse(json)?.ToJsonString() ?? "null", JsonSerializer.Serialize(partial.Value));
    }

    [Fact]
    public void Every_escape_is_decoded()
    {
        var partial = new PartialJson();
        partial.Append("""["\b\f\n\r\t\"\\\/","\u0041\u00e9\ud83d\ude00z"]""");
        Assert.Equal(["\b\f\n\r\t\"\\/", "A\u00e9\U0001F600z"], Assert.IsType<List<object?>>(partial.Value));
    }

    [Fact]
    public void Numbers_and_literals_have_their_types()
    {
        var partial = new PartialJson();
        partial.Append("[1,-2,2.5,1e2,true,false,null]");
        Assert.Equal([1L, -2L, 2.5, 100.0, true, false, null], Assert.IsType<List<object?>>(partial.Value));
    }

    [Fact]
    public void A_list_grows_in_place_while_its_last_text_is_read()
    {
        var partial = new PartialJson();
        partial.Append("[\"a\",\"");
        var list = Assert.IsType<List<object?>>(partial.Value);
        foreach (var (text, expected) in new[] { ("b", "ab"), ("c", "abc"), ("\"", "abc"), (",\"d", "abcd"), ("\",{\"x\":\"y\"}", "abcd") })
        {
            partial.Append(text);
            _ = partial.Value;
            Assert.Equal(expected, string.Concat(list.OfType<string>()));
        }

        Assert.Equal(4, list.Count);
        Assert.Same(list, partial.Value);
    }

    [Theory]
    [InlineData("1 2")]
    [InlineData("1 \"")]
    [InlineData("{}{")]
    [InlineData("{} x")]
    [InlineData("[1] [")]
    [InlineData("\"a\"\"")]
    [InlineData("true 1")]
    [InlineData("\"\\u00zz\"")]
    [InlineData("\"\\u 123\"")]
    [InlineData("\"\\x\"")]
    [InlineData("[}")]
    [InlineData("]")]
    [InlineData("[1]]")]
    [InlineData("{\"a\":1}}")]
    [InlineData("[tru]")]
    [InlineData("[1.2.3]")]
    [InlineData("{\"a\":+1}")]
    [InlineData("{[")]
    [InlineData("{{")]
    [InlineData("nul ")]
    [InlineData("{]")]
    [InlineData("{\"a\":x}")]
    [InlineData("[1]2")]
    [InlineData("}")]
    [InlineData("\"\\q\"")]
    [InlineData("{1}")]
    [InlineData("[1,,2]")]
    [InlineData("[,1]")]
    [InlineData("[1,]")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\" \"b\"}")]
    [InlineData("{\"a\":\"b\" \"c\"}")]
    [InlineData("{\"a\":}")]
    [InlineData("{\"a\"}")]
    [InlineData("{\"a\"::1}")]
    [InlineData("{,}")]
    [InlineData(":1")]
    [InlineData("12\"abc\"")]
    [InlineData("12[")]
    [InlineData("01")]
    [InlineData("1.")]
    [InlineData("-")]
    [InlineData("1e+")]
    [InlineData("tru")]
    [InlineData("truee")]
    [InlineData("nulL")]
    [InlineData("\"a\nb\"")]
    [InlineData("\"\\u00g0\"")]
    [InlineData("\uFEFF1")]
    public void Anything_that_is_not_JSON_is_refused(string text) =>
        Assert.Matches("^The text is not JSON: '.' is not expected there.$", Assert.Throws<FormatException>(() => new PartialJson().Append(text + " ")).Message.ReplaceLineEndings("?"));

    /// <summary>Texts with a character changed, added or removed, compared with the framework's reader at each length.</summary>
    [Fact]
    public void Only_text_that_JSON_may_start_with_is_accepted()
    {
        const string Alphabet = "\"\\{}[],: 0123-+.eEatrufls\n\u00e9x";
        for (int seed = 0; seed < (Sse.LongRun.Is ? 100_000 : 3_000); seed++)
        {
            var random = new Random(seed);
            string json = JsonTexts.Value(random);
            json = json.Length > 200 ? json[..200] : json;
            int at = random.Next(json.Length);
            string other = Alphabet[random.Next(Alphabet.Length)].ToString();
            string text = random.Next(4) switch
            {
                0 => json,
                1 => json.Insert(at, other),
                2 => json.Remove(at, 1).Insert(at, other),
                _ => json.Remove(at, 1),
            };

            var partial = new PartialJson();
            for (int length = 1; length <= text.Length; length++)
            {
                bool isAccepted = Accepts(partial, text[length - 1]);
                Assert.True(isAccepted == IsBeginning(text[..length]), $"seed {seed}: {text[..length]} was {(isAccepted ? "accepted" : "refused")}");
                if (!isAccepted)
                {
                    break;
                }
            }
        }
    }

    private static bool Accepts(PartialJson partial, char c)
    {
        try
        {
            partial.Append(c.ToString());
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static bool IsBeginning(string text)
    {
        try
        {
            var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(text), isFinalBlock: false, state: default);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
