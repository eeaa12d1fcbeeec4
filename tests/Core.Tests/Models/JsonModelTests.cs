using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace OpenAIStream.Tests.Models;

public class JsonModelTests
{
    private enum Color
    {
        Red,
    }

    /// <summary>Which values can be set, how they are sent, and what is read back.</summary>
    public static readonly (object? Value, string Json, object? Back)[] Settable =
    [
        (null, "null", null),
        ("text", "\"text\"", "text"),
        ("", "\"\"", ""),
        ("\uD83D", "\"\\ud83d\"", "\uD83D"),
        (true, "true", true),
        (false, "false", false),
        ((sbyte)-1, "-1", -1L),
        ((byte)255, "255", 255L),
        ((short)-2, "-2", -2L),
        ((ushort)2, "2", 2L),
        (3, "3", 3L),
        (4u, "4", 4L),
        (long.MinValue, "-9223372036854775808", long.MinValue),
        (ulong.MaxValue, "18446744073709551615", 18446744073709551615.0),
        (0.1, "0.1", 0.1),
        (0.1f, "0.1", 0.1),
        (1e300, "1E+300", 1e300),
        (-0.0, "-0", -0.0),
        (0.1m, "0.1", 0.1),
        (1.10m, "1.10", 1.1),
        (decimal.MaxValue, "79228162514264337593543950335", 79228162514264337593543950335.0),
        ('c', "\"c\"", "c"),
        (new Uri("https://example.org/a b"), "\"https://example.org/a b\"", "https://example.org/a b"),
        (Guid.Empty, "\"00000000-0000-0000-0000-000000000000\"", "00000000-0000-0000-0000-000000000000"),
        (Color.Red, "\"Red\"", "Red"),
        (new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc), "\"2024-01-02T03:04:05.0000000Z\"", "2024-01-02T03:04:05.0000000Z"),
        (new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)), "\"2024-01-02T03:04:05.0000000+01:00\"", "2024-01-02T03:04:05.0000000+01:00"),
        (new object?[] { 1, "a", null, new[] { true } }, "[1,\"a\",null,[true]]", new object?[] { 1L, "a", null, new object?[] { true } }),
        (new List<int> { 1, 2 }, "[1,2]", new object?[] { 1L, 2L }),
        (Array.Empty<string>(), "[]", Array.Empty<object?>()),
        (JsonNode.Parse("[1.0,null]"), "[1.0,null]", new object?[] { 1.0, null }),
        (JsonElement.Parse("\"\\ud83d\""), "\"\\ud83d\"", "\uD83D"),
        (JsonElement.Parse("null"), "null", null),
        (JsonElement.Parse("1e400"), "1e400", double.PositiveInfinity),
    ];

    public static TheoryData<int> SettableRows => [.. Enumerable.Range(0, Settable.Length)];

    [Theory]
    [MemberData(nameof(SettableRows))]
    public void A_field_accepts_whatever_JSON_can_represent(int row)
    {
        var (value, json, back) = Settable[row];
        var map = new JsonMap { ["before"] = 1, ["a"] = value, ["after"] = 2 };
        Assert.Equal($$"""{"before":1,"a":{{json}},"after":2}""", map.ToJson());
        Assert.Equal(back, map["a"]);
        Assert.Equal(back, JsonModel.FromJson<JsonMap>(map.ToJson())["a"]);
        Assert.True(map.Contains("a"));
    }

    [Fact]
    public void Dictionaries_and_objects_become_models()
    {
        var map = new JsonMap
        {
            ["hashtable"] = new Hashtable { ["b"] = new Hashtable { [1] = 2 } },
            ["dictionary"] = new Dictionary<string, object?> { ["c"] = null },
            ["node"] = new JsonObject { ["d"] = 1.0m },
            ["element"] = JsonElement.Parse("""{"e":[{}]}"""),
            ["model"] = new ChatMessage("user", "hi"),
            ["models"] = new List<ChatMessage> { new("user", "a"), new("user", "b") },
            ["mixed"] = new object?[] { new ChatMessage("user", "a"), null },
        };
        Assert.Equal(
            """{"hashtable":{"b":{"1":2}},"dictionary":{"c":null},"node":{"d":1.0},"element":{"e":[{}]},"model":{"role":"user","content":"hi"},"models":[{"role":"user","content":"a"},{"role":"user","content":"b"}],"mixed":[{"role":"user","content":"a"},null]}""",
            map.ToJson());
        Assert.IsType<JsonMap>(map["hashtable"]);
        Assert.IsType<ChatMessage>(map["model"]);
        Assert.IsType<ChatMessage[]>(map["models"]);
    }

    public static TheoryData<string> Refused => [.. RefusedValues.Keys];

    private static Dictionary<string, Func<object>> RefusedValues { get; } = new()
    {
        ["an object"] = () => new object(),
        ["a function"] = () => (Action)(() => { }),
        ["a time span"] = () => TimeSpan.FromSeconds(1),
        ["an object in a list in a dictionary"] = () => new Hashtable { ["a"] = new[] { new object() } },
        ["not a number"] = () => double.NaN,
        ["infinity"] = () => double.PositiveInfinity,
        ["infinity in single precision"] = () => float.NegativeInfinity,
        ["not a number in a list"] = () => new[] { double.NaN },
        ["an element that holds nothing"] = () => default(JsonElement),
        ["a dictionary that contains itself"] = () =>
        {
            var self = new Hashtable();
            self["self"] = self;
            return self;
        },
        ["a list that contains itself"] = () =>
        {
            var self = new ArrayList();
            self.Add(self);
            return self;
        },
        ["a node nested too deep"] = () => JsonNode.Parse(new string('[', 300) + new string(']', 300), null, new JsonDocumentOptions { MaxDepth = 300 })!,
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_value_that_JSON_cannot_represent_is_refused_when_it_is_set(string what)
    {
        var map = new JsonMap { ["a"] = 1 };
        Assert.Throws<ArgumentException>(() => map["a"] = RefusedValues[what]());
        Assert.Throws<ArgumentException>(() => new JsonMap(new Hashtable { ["b"] = RefusedValues[what]() }));
        Assert.Equal("""{"a":1}""", map.ToJson());
    }

    [Fact]
    public void A_value_of_the_maximum_depth_round_trips()
    {
        object value = "x";
        for (int i = 0; i < 255; i++)
        {
            value = new[] { value };
        }

        string json = new JsonMap { ["a"] = value }.ToJson();
        Assert.Equal(json, JsonModel.FromJson<JsonMap>(json).ToJson());
        Assert.Throws<ArgumentException>(() => new JsonMap { ["a"] = new[] { value } });
    }

    [Fact]
    public void An_object_that_contains_itself_is_an_error_and_does_not_end_the_process()
    {
        foreach (string name in new[] { "self", "half a pair: \ud83d" })
        {
            var map = new JsonMap();
            map[name] = map;
            Assert.Contains("contains itself", Assert.Throws<InvalidOperationException>(() => map.ToJson()).Message);
            map[name] = new[] { map };
            Assert.Throws<InvalidOperationException>(() => map.ToJson(indented: true));
        }
    }

    [Theory]
    [InlineData("123456789012345678901234567890")]
    [InlineData("-5")]
    public void A_big_integer_is_sent_unchanged(string number) =>
        Assert.Equal($$"""{"a":{{number}}}""", new JsonMap { ["a"] = BigInteger.Parse(number, CultureInfo.InvariantCulture) }.ToJson());

    [Fact]
    public void A_field_can_be_set_again_removed_and_distinguished_from_null()
    {
        var map = JsonModel.FromJson<JsonMap>("""{"a":1,"b":null}""");
        Assert.True(map.Contains("b"));
        Assert.Null(map["b"]);
        Assert.False(map.Contains("c"));
        Assert.Null(map["c"]);

        map["a"] = 2;
        map["c"] = 3;
        Assert.True(map.Remove("b"));
        Assert.False(map.Remove("b"));
        Assert.Equal("""{"a":2,"c":3}""", map.ToJson());
        Assert.Equal(["a", "c"], map.GetFieldNames());

        map["b"] = null;
        Assert.Equal("""{"a":2,"c":3,"b":null}""", map.ToJson());
    }

    [Fact]
    public void Names_are_matched_exactly()
    {
        var map = new JsonMap { ["a"] = 1 };
        Assert.Null(map["A"]);
        Assert.False(map.Contains("a "));
    }

    [Theory]
    [InlineData("1700000000", "0")]
    [InlineData("1700000000.0", "0.0")]
    [InlineData("1.7e9", "0e0")]
    [InlineData("1700000000.00000000000000000", "-0")]
    public void Typed_properties_read_numbers_however_they_are_written(string created, string index)
    {
        var chunk = JsonModel.FromJson<ChatCompletionChunk>($$$"""{"created":{{{created}}},"choices":[{"index":{{{index}}}}],"usage":{"total_tokens":{{{created}}}}}""");
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), chunk.Created);
        Assert.Equal(0, chunk.Choices[0].Index);
        Assert.Equal(1_700_000_000, chunk.Usage!.TotalTokens);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("1e18")]
    [InlineData("0.5")]
    [InlineData("\"1\"")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("true")]
    public void Typed_properties_are_null_or_empty_if_the_field_has_another_type(string value)
    {
        var chunk = JsonModel.FromJson<ChatCompletionChunk>(
            $$"""{"id":[{{value}}],"model":{"x":{{value}}},"created":[{{value}}],"choices":[{"index":{{value}},"delta":[{{value}}],"finish_reason":0},{{value}}],"usage":{{value}}}""");
        Assert.Null(chunk.Id);
        Assert.Null(chunk.Model);
        Assert.Null(chunk.Created);
        Assert.Equal(0, chunk.Choices[0].Index);
        Assert.Null(chunk.Choices[0].Delta);
        Assert.Null(chunk.FinishReason);
        Assert.Null(chunk.Usage?.TotalTokens);
        Assert.Equal("", chunk.Text);
    }

    [Theory]
    [InlineData("1e300")]
    [InlineData("-1e18")]
    [InlineData("253402300800")]
    [InlineData("-62135596801")]
    public void A_time_beyond_the_calendar_is_null(string created) =>
        Assert.Null(JsonModel.FromJson<ChatCompletionChunk>($$"""{"created":{{created}}}""").Created);

    [Fact]
    public void A_large_double_is_not_an_integer() =>
        Assert.Null(new ChatCompletionRequest { ["seed"] = 1e300 }.Seed);
}
