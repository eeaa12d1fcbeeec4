using System.Text;
using Xunit;

namespace OpenAIStream.Tests.Models;

public class JsonRoundTripTests
{
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
