using System.Text.Json;
using Xunit;

namespace OpenAIStream.Tests.Joining;

public class PartialJsonTests
{
    [Theory]
    [InlineData("""{"a":"b","c":[1,2.5,true,null,{"d":"\u00e9\n\"x\""}],"e":{}}""")]
    [InlineData("""[ "x" , [] , -1e3 , "" ]""")]
    [InlineData("\"text\"")]
    public void Text_in_single_characters_reads_to_the_same_value_as_the_whole(string json)
    {
        var partial = new PartialJson();
        foreach (char c in json)
        {
            partial.Append(c.ToString());
            _ = partial.Value; // looking at it changes nothing
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
    public void What_is_open_is_there_as_far_as_it_has_come(string begun, string expected)
    {
        var partial = new PartialJson();
        partial.Append(begun);

        Assert.False(partial.IsComplete);
        Assert.Equal(expected, JsonSerializer.Serialize(partial.Value));
    }

    [Theory]
    [InlineData("{]")]
    [InlineData("{\"a\":x}")]
    [InlineData("[1]2")]
    [InlineData("}")]
    [InlineData("\"\\q\"")]
    [InlineData("{1}")]
    public void What_is_no_JSON_is_refused(string text) =>
        Assert.Throws<FormatException>(() => new PartialJson().Append(text + " "));
}
