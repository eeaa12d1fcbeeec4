using System.Text;
using Xunit;

namespace OpenAIStream.Tests.Models;

/// <summary>The chunk before only speeds up reading: whatever it is, the next one is read as by a new reader.</summary>
public class EarlierChunkTests
{
    private static readonly int Rounds = Sse.LongRun.Is ? 20_000 : 300;

    public static TheoryData<string> Responses => [.. Captures.Files("responses")];

    [Theory]
    [InlineData("""{"type":"response.of_tomorrow","response":{"output":[{"type":"message","id":"m"}]}}""", """{"type":"response.completed","response":{"output":[{"type":"message","id":"m"}]}}""")]
    [InlineData("""{"type":"response.of_tomorrow","item":{"type":"message","id":"m"}}""", """{"type":"response.output_item.done","item":{"type":"message","id":"m"}}""")]
    [InlineData("""{"type":"response.output_item.done","item":{"type":"message","id":"m"}}""", """{"type":"response.of_tomorrow","item":{"type":"message","id":"m"}}""")]
    [InlineData("""{"type":"response.refusal.done","type":"response.output_text.delta"}""", """{"type":"response.output_text.delta"}""")]
    public void An_object_takes_its_type_from_its_own_field(string before, string after)
    {
        object? earlier = Read(before, null);
        Assert.Equal(JsonTexts.Describe(Read(after, null)), JsonTexts.Describe(Read(after, earlier)));
    }

    [Theory]
    [MemberData(nameof(Responses))]
    public void Known_and_unknown_events_are_read_the_same_in_any_order(string file)
    {
        string[] payloads = Captures.Payloads(file);
        var random = new Random(payloads.Length);
        var reader = new JsonModelReader();
        object? earlier = null;
        for (int round = 0; round < Rounds; round++)
        {
            string json = Renamed(random, payloads[random.Next(payloads.Length)]);
            earlier = Read(json, earlier, reader);
            object? alone = Read(json, null);
            Assert.True(JsonTexts.Describe(alone) == JsonTexts.Describe(earlier), $"round {round}: {json}");
            Assert.Equal(((JsonModel)alone!).ToJson(), ((JsonModel)earlier!).ToJson());
        }
    }

    [Theory]
    [MemberData(nameof(Responses))]
    public void A_caller_s_change_to_a_chunk_affects_no_other_chunk(string file)
    {
        string[] payloads = [.. Captures.Payloads(file).Where(static payload => payload.Length < 20_000)];
        var random = new Random(payloads.Length);
        var reader = new JsonModelReader();
        var untouched = new List<(string Expected, JsonModel Model)>();
        object? earlier = null;
        for (int round = 0; round < Rounds; round++)
        {
            string json = Renamed(random, payloads[random.Next(payloads.Length)]);
            var model = (JsonModel)Read(json, earlier, reader)!;
            string expected = JsonTexts.Describe(Read(json, null));
            Assert.True(expected == JsonTexts.Describe(model), $"round {round}: {json}");
            if (random.Next(3) == 0)
            {
                untouched.Add((expected, model));
            }
            else
            {
                Edit(random, model, payloads);
            }

            earlier = model;
        }

        Assert.All(untouched, static one => Assert.Equal(one.Expected, JsonTexts.Describe(one.Model)));
    }

    [Fact]
    public void A_chunk_that_contains_itself_still_refuses_nesting_that_is_too_deep()
    {
        var earlier = JsonModel.FromJson<JsonMap>("""{"a":{}}""");
        earlier["a"] = earlier;
        string deep = string.Concat(Enumerable.Repeat("{\"a\":", 300)) + "1" + new string('}', 300);
        string fits = string.Concat(Enumerable.Repeat("{\"a\":", 250)) + "{}" + new string('}', 250);
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => new JsonModelReader().Read(Encoding.UTF8.GetBytes(deep), JsonMap.Shape, earlier));
        Assert.Equal(fits, ((JsonModel)new JsonModelReader().Read(Encoding.UTF8.GetBytes(fits), JsonMap.Shape, earlier)!).ToJson());
    }

    [Fact]
    public async Task One_thread_can_change_a_chunk_while_another_reads_the_next()
    {
        const string Json = """{"type":"response.output_item.done","output_index":0,"item":{"type":"message","id":"m","content":[{"type":"output_text","text":"x"}]}}""";
        var earlier = (JsonModel)Read(Json, null)!;
        string expected = JsonTexts.Describe(earlier);
        using var stop = new CancellationTokenSource();
        var editor = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    earlier.Remove("type");
                    earlier["new"] = 1;
                    earlier["type"] = "response.output_text.delta";
                    earlier.Remove("new");
                    earlier["type"] = "response.output_item.done";
                }
            },
            TestContext.Current.CancellationToken);
        try
        {
            for (int round = 0; round < Rounds * 100; round++)
            {
                var reader = new JsonModelReader(); // one that has read chunks no longer looks at this one
                string read = JsonTexts.Describe(reader.Read(Encoding.UTF8.GetBytes(Json), ResponseEventTypes.Shape, earlier));
                Assert.True(expected == read, read);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await editor;
        }
    }

    private static object? Read(string json, object? earlier, JsonModelReader? reader = null) =>
        (reader ?? new JsonModelReader()).Read(Encoding.UTF8.GetBytes(json), ResponseEventTypes.Shape, earlier);

    /// <summary>The payload, sometimes under an unknown name, and sometimes with an unknown item.</summary>
    private static string Renamed(Random random, string json) => random.Next(4) switch
    {
        0 => json,
        1 => json.Replace("\"type\":\"response.", "\"type\":\"of_tomorrow.", StringComparison.Ordinal),
        2 => json.Replace("\"type\":\"message\"", "\"type\":\"of_tomorrow\"", StringComparison.Ordinal),
        _ => json.Replace("\"type\":\"response.", "\"type\":\"of_tomorrow.", StringComparison.Ordinal).Replace("\"type\":\"output_text\"", "\"type\":\"reasoning\"", StringComparison.Ordinal),
    };

    /// <summary>Sets, removes, replaces and nests at random, at any depth.</summary>
    private static void Edit(Random random, JsonModel model, string[] payloads)
    {
        for (int edit = random.Next(1, 4); edit > 0; edit--)
        {
            var target = Inner(random, model);
            string[] names = [.. target.GetFieldNames(), "type", "item", "response", "output", "novel"];
            string name = names[random.Next(names.Length)];
            object? other = Read(payloads[random.Next(payloads.Length)], null);
            switch (random.Next(7))
            {
                case 0: target.Remove(name); break;
                case 1: target[name] = null; break;
                case 2: target[name] = "message"; break;
                case 3: target[name] = 7; break;
                case 4: target[name] = other; break;
                case 5: target[name] = new[] { (JsonModel)other!, new JsonMap() }; break;
                default: target["type"] = ((JsonModel)other!)["type"]; break;
            }
        }
    }

    private static JsonModel Inner(Random random, JsonModel model)
    {
        while (random.Next(3) != 0)
        {
            JsonModel[] inner = [.. model.ToValues().SelectMany(static value => value is object?[] items ? items : [value]).OfType<JsonModel>()];
            if (inner.Length == 0)
            {
                break;
            }

            model = inner[random.Next(inner.Length)];
        }

        return model;
    }
}
