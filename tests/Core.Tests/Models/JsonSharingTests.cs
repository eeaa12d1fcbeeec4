using System.Text;
using Xunit;

namespace OpenAIStream.Tests.Models;

public class JsonSharingTests
{
    private static readonly int RoundCount = Sse.LongRun.Is ? 200_000 : 3_000;

    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{"b":2,"a":1}""", """{"a":1}""", """{"a":1,"b":2,"c":3}""", "{}", """{"c":null}""")]
    [InlineData("""{"a":"x"}""", """{"a":null}""", """{"a":{}}""", """{"a":[]}""", """{"a":"x"}""", """{"b":"x"}""")]
    [InlineData("""{"a":[1,2,3]}""", """{"a":[1]}""", """{"a":[]}""", """{"a":[1,{"b":2}]}""", """{"a":[{"b":3},1]}""")]
    [InlineData("""{"a":1}""", """{"a":1.0}""", """{"a":1}""", """{"a":"1"}""", """{"a":true}""")]
    [InlineData("""{"choices":[{"delta":{"content":"a"}}]}""", """{"choices":[]}""", """{"choices":[{"delta":null}]}""", """{"choices":null}""", """{}""")]
    [InlineData("""{"a":1,"b":2}""", """{"a":1,"a":3}""", """{"a":1,"b":2,"b":4}""")]
    [InlineData("""{"\ud83d":1}""", """{"\ud83d":2}""", """{"\uFFFD":3}""", """{"\ud83d":4}""")]
    [InlineData("{\"\uFFFD\":1}", """{"\ud83d":2}""", "{\"\uFFFD\":3}", """{"\ude00":4}""")]
    public void A_chunk_is_read_independently_of_the_one_before(params string[] chunks)
    {
        foreach (var shape in new[] { JsonMap.Shape, ChatCompletionChunk.Shape })
        {
            var reader = new JsonModelReader();
            object? earlier = null;
            foreach (string chunk in chunks)
            {
                string alone = JsonModel.FromJson<JsonMap>(chunk).ToJson();
                earlier = reader.Read(Encoding.UTF8.GetBytes(chunk), shape, earlier);
                Assert.Equal(alone, ((JsonModel)earlier!).ToJson());
            }
        }
    }

    [Fact]
    public void Random_chunks_are_each_read_as_sent()
    {
        for (int seed = 0; seed < RoundCount; seed++)
        {
            var random = new Random(seed);
            var shape = random.Next(2) == 0 ? JsonMap.Shape : ChatCompletionChunk.Shape;
            var reader = new JsonModelReader();
            var read = new List<(string Json, JsonModel Model)>();
            string json = JsonTexts.Object(random);
            for (int chunk = 0; chunk < 6; chunk++)
            {
                var model = (JsonModel)reader.Read(Encoding.UTF8.GetBytes(json), shape, read.LastOrDefault().Model)!;
                read.Add((json, model));
                json = JsonTexts.Changed(random, json);
            }

            // Only now, to also find a later chunk that changed an earlier one.
            foreach (var (sent, model) in read)
            {
                Assert.True(JsonTexts.Normal(sent) == JsonTexts.Normal(model.ToJson()), $"seed {seed}\nsent {sent}\nread {model.ToJson()}");
            }
        }
    }

    [Fact]
    public void Repeated_strings_are_shared()
    {
        var reader = new JsonModelReader();
        var first = (JsonModel)reader.Read("""{"id":"chatcmpl-1","created":1700000000,"x":1}"""u8, JsonMap.Shape, null)!;
        var second = (JsonModel)reader.Read("""{"id":"chatcmpl-1","created":1700000000,"x":2}"""u8, JsonMap.Shape, first)!;
        Assert.Same(first["id"], second["id"]);
        Assert.Same(first["created"], second["created"]);
        Assert.Equal([1L, 2L], [first["x"], second["x"]]);
    }

    [Fact]
    public void Changing_a_chunk_changes_no_other()
    {
        var reader = new JsonModelReader();
        byte[] json = """{"a":1,"b":{"c":2},"d":[{"e":3}]}"""u8.ToArray();
        var first = (JsonModel)reader.Read(json, JsonMap.Shape, null)!;
        var second = (JsonModel)reader.Read(json, JsonMap.Shape, first)!;
        second["a"] = "changed";
        ((JsonModel)second["b"]!)["c"] = "changed";
        second.Remove("d");
        second["f"] = "new";
        var third = (JsonModel)reader.Read(json, JsonMap.Shape, second)!;

        Assert.Equal("""{"a":1,"b":{"c":2},"d":[{"e":3}]}""", first.ToJson());
        Assert.Equal("""{"a":"changed","b":{"c":"changed"},"f":"new"}""", second.ToJson());
        Assert.Equal("""{"a":1,"b":{"c":2},"d":[{"e":3}]}""", third.ToJson());
    }
}
