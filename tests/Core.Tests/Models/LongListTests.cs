using System.Text;
using Xunit;

namespace OpenAIStream.Tests.Models;

/// <summary>Lists of any length are read completely and in order, and their items share equal values.</summary>
public class LongListTests
{
    public static TheoryData<int> Lengths => [0, 1, 8191, 8192, 8193, 16384, 16385, 50_000];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_list_of_numbers_round_trips(int length)
    {
        string json = $$"""{"x":[{{string.Join(",", Enumerable.Range(0, length))}}],"y":1}""";
        Assert.Equal(json, JsonModel.FromJson<JsonMap>(json).ToJson());
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_list_of_lists_and_objects_round_trips(int length)
    {
        string[] items = ["{\"a\":1,\"b\":[1,2]}", "{\"a\":1,\"b\":[2,2,3]}", "null", "[]", "[[1],{}]", "{\"b\":\"x\",\"a\":2}", "{}", "\"s\""];
        string json = $$"""{"x":[{{string.Join(",", Enumerable.Range(0, length).Select(i => items[i % items.Length]))}}]}""";
        Assert.Equal(json, JsonModel.FromJson<JsonMap>(json).ToJson());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20_000)]
    public void Choices_keep_their_type_and_share_their_names(int length)
    {
        string json = $$"""{"choices":[{{string.Join(",", Enumerable.Range(0, length).Select(i => $$"""{"index":{{i}},"text":"t{{i}}","finish_reason":"stop"}"""))}}]}""";
        var answer = JsonModel.FromJson<Completion>(json);
        Assert.Equal(Enumerable.Range(0, length).Select(i => (i, $"t{i}")), answer.Choices.Select(choice => (choice.Index, choice.Text)));
        Assert.Single(answer.Choices.Select(choice => choice.Fields).Distinct());
        Assert.Single(answer.Choices.Select(choice => choice.FinishReason).Distinct(ReferenceEqualityComparer.Instance));
    }

    [Fact]
    public void A_change_of_one_item_leaves_the_others_alone()
    {
        var map = JsonModel.FromJson<JsonMap>("""{"x":[{"a":"s","b":1},{"a":"s","b":1},{"a":"s","b":1}]}""");
        object?[] items = (object?[])map["x"]!;
        ((JsonModel)items[1]!)["a"] = "other";
        ((JsonModel)items[1]!)["c"] = 3;
        Assert.Equal("""{"x":[{"a":"s","b":1},{"a":"other","b":1,"c":3},{"a":"s","b":1}]}""", map.ToJson());
    }

    [Fact]
    public void A_check_that_throws_ends_the_reading()
    {
        byte[] json = Encoding.UTF8.GetBytes($"[{string.Join(",", Enumerable.Repeat("1", 100_000))}]");
        int checks = 0;
        var reader = new JsonTokenReader { Check = () => throw new OperationCanceledException($"{++checks}") };
        Assert.Throws<OperationCanceledException>(() => reader.Read(json, JsonMap.Shape, null));
        Assert.Equal(1, checks);

        reader.Check = null;
        Assert.Equal(100_000, ((object?[])reader.Read(json, JsonMap.Shape, null)!).Length);
    }

    [Fact]
    public void A_list_like_the_one_before_is_checked_too()
    {
        byte[] json = Encoding.UTF8.GetBytes($$"""{"x":[{{string.Join(",", Enumerable.Repeat("{\"a\":1}", 20_000))}}]}""");
        var reader = new JsonModelReader();
        reader.Read(json, JsonMap.Shape);
        reader.Check = () => throw new OperationCanceledException();
        Assert.Throws<OperationCanceledException>(() => reader.Read(json, JsonMap.Shape));
    }
}
