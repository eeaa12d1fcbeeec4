using System.Collections;
using System.Reflection;
using System.Text.Json;
using Xunit;

namespace OpenAIStream.Tests.Models;

/// <summary>Objects without a type get the type of their place, whether they are set by name or form a whole model.</summary>
public class JsonTypingTests
{
    private static readonly Hashtable Call = new() { ["id"] = "c1", ["function"] = new Hashtable { ["name"] = "f", ["arguments"] = "{}" } };

    /// <summary>A model, a field set by name, and the resulting value of the typed property.</summary>
    private static readonly Dictionary<string, (JsonModel Model, string Field, object? Value, Func<JsonModel, object?> Read, object? Expected)> Settable = new()
    {
        ["a list of dictionaries"] = (new ChatMessage(), "tool_calls", new[] { Call }, static m => ((ChatMessage)m).ToolCalls[0].Function!.Name, "f"),
        ["a list of maps"] = (new ChatMessage(), "tool_calls", new[] { new JsonMap(Call) }, static m => ((ChatMessage)m).ToolCalls[0].Id, "c1"),
        ["a map"] = (new ChatToolCall(), "function", new JsonMap { ["name"] = "f" }, static m => ((ChatToolCall)m).Function!.Name, "f"),
        ["a node"] = (new ChatToolCall(), "function", JsonElement.Parse("""{"name":"f"}"""), static m => ((ChatToolCall)m).Function!.Name, "f"),
        ["nested"] = (new ChatCompletion(), "choices", new[] { new Hashtable { ["message"] = new Hashtable { ["content"] = "hi", ["tool_calls"] = new[] { Call } } } },
            static m => ((ChatCompletion)m).Choices[0].Message!.ToolCalls[0].Function!.Name, "f"),
        ["one of a family"] = (new Response(), "output", new[] { new Hashtable { ["type"] = "message", ["content"] = new[] { new Hashtable { ["text"] = "hi" } } } },
            static m => ((Response)m).Text, "hi"),
        ["an unknown member of a family"] = (new Response(), "output", new[] { new Hashtable { ["type"] = "x_new" } }, static m => ((Response)m).Output[0].GetType(), typeof(ResponseItem)),
        ["with other values among them"] = (new ChatMessage(), "tool_calls", new object?[] { Call, null, "x" }, static m => ((ChatMessage)m).ToolCalls.Count, 1),
        ["an empty list"] = (new ChatMessage(), "tool_calls", Array.Empty<object>(), static m => ((ChatMessage)m).ToolCalls.Count, 0),
        ["a model that has its type"] = (new ChatToolCall(), "function", new ChatFunctionCall { Name = "f" }, static m => ((ChatToolCall)m).Function!.Name, "f"),
        ["a model of another type"] = (new ChatToolCall(), "function", new ChatMessage("user", "x"), static m => ((ChatToolCall)m).Function, null),
        ["under a field that has no type"] = (new ChatCompletion(), "x_own", new JsonMap { ["a"] = 1 }, static m => m["x_own"]!.GetType(), typeof(JsonMap)),
        ["in an object that has no type"] = (new JsonMap(), "choices", new JsonMap { ["a"] = 1 }, static m => m["choices"]!.GetType(), typeof(JsonMap)),
    };

    public static TheoryData<string> SettableNames => [.. Settable.Keys];

    [Theory]
    [MemberData(nameof(SettableNames))]
    public void A_field_set_by_name_appears_in_its_property(string what)
    {
        var (model, field, value, read, expected) = Settable[what];
        model[field] = value;
        Assert.Equal(expected, read(model));
        Assert.Equal(new JsonMap { [field] = value }.ToJson(), model.ToJson());
    }

    [Fact]
    public void A_map_that_was_set_stays_unchanged()
    {
        var map = new JsonMap { ["name"] = "f" };
        var call = new ChatToolCall { ["function"] = map };
        call.Function!.Name = "g";
        Assert.Equal("""{"name":"f"}""", map.ToJson());
        Assert.Equal("""{"function":{"name":"g"}}""", call.ToJson());
    }

    public static TheoryData<string, Type, Type> Families => new()
    {
        { """{"type":"response.output_text.delta","delta":"a"}""", typeof(ResponseEvent), typeof(ResponseTextDeltaEvent) },
        { """{"type":"response.output_text.delta","delta":"a"}""", typeof(ResponseTextDeltaEvent), typeof(ResponseTextDeltaEvent) },
        { """{"type":"x_new","delta":"a"}""", typeof(ResponseEvent), typeof(ResponseEvent) },
        { """{"delta":"a"}""", typeof(ResponseEvent), typeof(ResponseEvent) },
        { """{"delta":"a"}""", typeof(ResponseTextDeltaEvent), typeof(ResponseTextDeltaEvent) },
        { """{"type":null,"text":"a"}""", typeof(TranscriptionDoneEvent), typeof(TranscriptionDoneEvent) },
        { """{"item":{"type":"message"},"type":"response.output_item.done"}""", typeof(ResponseEvent), typeof(ResponseOutputItemEvent) },
        { """{"type":"function_call","name":"f"}""", typeof(ResponseItem), typeof(ResponseFunctionCallItem) },
        { """{"choices":[{"message":{"content":"a"}}]}""", typeof(ChatCompletion), typeof(ChatCompletion) },
        { """{"a":1.10,"b":[null,{"c":-0}],"a2":""}""", typeof(JsonMap), typeof(JsonMap) },
    };

    [Theory]
    [MemberData(nameof(Families))]
    public void JSON_becomes_the_requested_type_or_one_derived_from_it(string json, Type asked, Type made)
    {
        var model = JsonModel.Create(asked, json);
        Assert.IsType(made, model);
        Assert.Equal(json, model.ToJson());

        var generic = (JsonModel)typeof(JsonModel).GetMethod(nameof(JsonModel.FromJson), [typeof(string)])!.MakeGenericMethod(asked).Invoke(null, [json])!;
        Assert.IsType(made, generic);
        Assert.Equal(json, generic.ToJson());

        var fields = JsonModel.Create(asked, ToDictionary(JsonModel.FromJson<JsonMap>(json)));
        Assert.IsType(made, fields);
        Assert.Equal(json, fields.ToJson());
    }

    public static TheoryData<string, Type, string> Refused => new()
    {
        { "hello", typeof(ChatCompletion), "'h' is an invalid start of a value" },
        { "[]", typeof(ChatCompletion), "A ChatCompletion must be a JSON object" },
        { "null", typeof(ResponseEvent), "A ResponseEvent must be a JSON object" },
        { """{"type":"response.created"}""", typeof(ResponseTextDeltaEvent), "The type 'response.created' belongs to a ResponseLifecycleEvent, not to a ResponseTextDeltaEvent." },
        { """{"type":"x_new"}""", typeof(ResponseTextDeltaEvent), "The type 'x_new' belongs to a ResponseEvent, not to a ResponseTextDeltaEvent." },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void JSON_for_something_else_is_refused(string json, Type type, string message)
    {
        Assert.Contains(message, Assert.ThrowsAny<JsonException>(() => JsonModel.Create(type, json)).Message);
        var generic = typeof(JsonModel).GetMethod(nameof(JsonModel.FromJson), [typeof(string)])!.MakeGenericMethod(type);
        Assert.Contains(message, Assert.ThrowsAny<JsonException>(() => generic.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [json], null)).Message);
    }

    [Fact]
    public void Fields_of_another_type_are_refused() =>
        Assert.Contains("not to a ResponseTextDeltaEvent", Assert.Throws<ArgumentException>(
            () => JsonModel.FromFields<ResponseTextDeltaEvent>(new Hashtable { ["Type"] = "response.created" })).Message);

    [Theory]
    [InlineData(typeof(ModelOutput))]
    [InlineData(typeof(JsonModel))]
    [InlineData(typeof(string))]
    public void A_type_that_cannot_be_created_is_refused(Type type)
    {
        Assert.Contains("JSON cannot be read into", Assert.Throws<ArgumentException>(() => JsonModel.Create(type, "{}")).Message);
        Assert.Throws<ArgumentException>(() => JsonModel.Create(type, new Hashtable()));
    }

    [Fact]
    public void Property_names_stand_for_fields_at_every_depth_and_in_any_case()
    {
        var made = JsonModel.FromFields<ChatCompletion>(new Hashtable
        {
            ["ID"] = "x",
            ["Choices"] = new[]
            {
                new Hashtable
                {
                    ["FinishReason"] = "stop",
                    ["message"] = new Hashtable { ["Role"] = "assistant", ["TOOLCALLS"] = new[] { new Hashtable { ["Function"] = new Hashtable { ["Name"] = "f" } } } },
                },
            },
            ["Usage"] = new Hashtable { ["total_tokens"] = 3, ["PromptTokensDetails"] = new Hashtable { ["CachedTokens"] = 1 } },
            ["XOwn"] = 1,
        });
        Assert.Equal(("x", "stop", "f", 3, 1), (made.Id, made.FinishReason, made.Choices[0].Message!.ToolCalls[0].Function!.Name, made.Usage!.TotalTokens, made.Usage.PromptTokensDetails!.CachedTokens));
        Assert.Equal(1L, made["XOwn"]);
        Assert.Equal("Hi", JsonModel.FromFields<ResponseTextDeltaEvent>(new Hashtable { ["Type"] = "response.output_text.delta", ["Delta"] = "Hi" }).Text);
        var item = Assert.IsType<ResponseFunctionCallItem>(
            JsonModel.FromFields<Response>(new Hashtable { ["Output"] = new[] { new Hashtable { ["Type"] = "function_call", ["CallId"] = "c" } } }).Output[0]);
        Assert.Equal("c", item.CallId);
    }

    [Fact]
    public void A_field_s_own_name_takes_precedence_over_a_property_s()
    {
        var both = JsonModel.FromFields<ChatMessage>(new Dictionary<string, object?> { ["ToolCallId"] = "a", ["tool_call_id"] = "b" });
        Assert.Equal("b", both.ToolCallId);
        Assert.False(both.Contains("ToolCallId"));
    }

    [Fact]
    public void An_object_is_rebuilt_from_its_properties()
    {
        var listed = JsonSerializer.SerializeToNode(new ChatMessage("user", "Hi"))!; // what a serializer sees: each property, and none of the fields
        Assert.Equal("""{"role":"user","content":"Hi"}""", JsonModel.FromFields<ChatMessage>(new Dictionary<string, object?>(
            listed.AsObject().Select(static property => KeyValuePair.Create(property.Key, (object?)property.Value)))).ToJson());
    }

    [Fact]
    public void A_property_that_only_shows_other_fields_cannot_be_set() => Assert.Contains(
        "cannot be set: Text, FinishReason", Assert.Throws<ArgumentException>(() => JsonModel.FromFields<ChatCompletion>(
            new Dictionary<string, object?> { ["Text"] = "Hi", ["FinishReason"] = "stop" })).Message);

    /// <summary>Properties without a field of their own: they are computed from other fields, or are not part of the payload.</summary>
    private static readonly HashSet<string> Derived =
    [
        "Text", "ParsedArguments", "IsCompleted", "IncludeUsage", "IncludeObfuscation", "ReasoningContext", "ReasoningMode", "Event", "Data", "TranscriptionRequest.Audio", "FileName", "ThreadRunRequest.ThreadId",
        "Embedding.Vector", "Embedding.Dimensions", "FileUploadState.SentBytes", "Moderation.Category", "UsageTotal.TotalTokens", "ImageRequest.Images", "ImageRequest.Mask", "ImageRequest.Markup",
        "ChatCompletion.FinishReason", "ChatCompletionChunk.FinishReason", "Completion.FinishReason", "ChatTool.Name", "ChatTool.Description", "ResponseRequest.WholeInput",
        "Batch.Errors", "Batch.IsEnded", "Batch.IsOverTokenLimit", "BatchRequest.OutputExpiresAfter",
    ];

    public static TheoryData<Type> Models => ModelShapeTests.Models;

    [Theory]
    [MemberData(nameof(Models))]
    public void Each_property_name_leads_to_its_field(Type type)
    {
        foreach (var property in type.GetProperties().Where(property => property.GetIndexParameters().Length == 0 && !Derived.Contains(property.Name) && !Derived.Contains($"{type.Name}.{property.Name}")))
        {
            object? empty = property.GetValue(Activator.CreateInstance(type));
            object[] values = ["x", "2027-01-14", 1, 1.5, true, new Hashtable(), new object[] { new Hashtable() }, new[] { "x" }];
            Assert.True(
                property.Name == "Type" || values.Any(value => Differs(empty, property.GetValue(JsonModel.Create(type, new Hashtable { [property.Name] = value })))),
                $"{type.Name}.{property.Name} shows another field than its name says: give it [FieldName].");
        }
    }

    [Fact]
    public void A_type_that_fields_do_not_accept_can_be_added()
    {
        Assert.Throws<ArgumentException>(() => new JsonMap { ["a"] = new Version(1, 2) });
        JsonModel.AddConversion<Version>(static version => version.ToString());
        JsonModel.AddConversion<Wrapper>(static wrapper => wrapper.Value);
        Assert.Equal("""{"a":"1.2","b":["3.4",{"c":"x"}]}""", new JsonMap { ["a"] = new Version(1, 2), ["b"] = new object[] { new Version(3, 4), new Wrapper(new Hashtable { ["c"] = new Wrapper("x") }) } }.ToJson());
        Assert.Equal("f", new ChatToolCall { ["function"] = new Wrapper(new Hashtable { ["name"] = "f" }) }.Function!.Name);
    }

    [Fact]
    public void An_endless_conversion_is_an_error_and_does_not_end_the_process()
    {
        JsonModel.AddConversion<Wrapper>(static wrapper => wrapper.Value);
        var self = new Hashtable();
        self["self"] = new Wrapper(self);
        Assert.Throws<ArgumentException>(() => new JsonMap { ["a"] = self });
        Assert.Throws<ArgumentException>(() => new JsonMap { ["a"] = new Wrapper(new Wrapper("x")) });
    }

    private static bool Differs(object? empty, object? value) => value is ICollection list ? list.Count > 0 : !Equals(empty, value);

    private static Dictionary<string, object?> ToDictionary(JsonMap map) => map.GetFieldNames().ToDictionary(static name => name, name => name == "a" ? 1.10m : map[name]);

    private sealed record Wrapper(object Value);
}
