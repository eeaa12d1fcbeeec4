using System.Reflection;
using System.Text.Json;
using Xunit;

namespace OpenAIStream.Tests.Models;

/// <summary>Every event and item of the API has a type with a property for each of its fields.</summary>
public class ResponseEventTests
{
    private static readonly string[] Others = ["response.cancelled", "response.done", "response.error", "response.reasoning.delta", "response.reasoning.done"]; // of compatible services

    public static TheoryData<string> Events => [.. ResponseTypeList.Read(ResponseTypeList.Events).Select(static row => row.Name), .. Others];

    public static TheoryData<string> Items => [.. ResponseTypeList.Read(ResponseTypeList.Items).Select(static row => row.Name)];

    [Fact]
    public void The_list_is_complete() => Assert.Equal((62, 31), (ResponseTypeList.Read(ResponseTypeList.Events).Length, ResponseTypeList.Read(ResponseTypeList.Items).Length));

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_has_a_type_with_its_fields(string name)
    {
        string json = $$"""{"type":"{{name}}","sequence_number":7,"item_id":"i","delta":"d"}""";
        var read = JsonModel.FromJson<ResponseEvent>(json);
        Assert.NotEqual(typeof(ResponseEvent), read.GetType());
        Assert.Equal((name, 7L, json), (read.Type, read.SequenceNumber, read.ToJson()));
        Assert.Empty(Fields(ResponseTypeList.Events, name).Except(Shown(read)));
    }

    [Theory]
    [MemberData(nameof(Items))]
    public void An_item_has_a_type_with_its_fields(string name)
    {
        string json = $$"""{"type":"{{name}}","id":"i","status":"completed"}""";
        var read = JsonModel.FromJson<ResponseItem>(json);
        Assert.Equal(name == "item_reference", read.GetType() == typeof(ResponseItem)); // which has only an id
        Assert.Equal((name, "i", json), (read.Type, read.Id, read.ToJson()));
        Assert.Empty(Fields(ResponseTypeList.Items, name).Except(Shown(read)));
    }

    [Fact]
    public void An_event_with_an_unknown_name_keeps_all_its_fields()
    {
        const string Json = """{"type":"response.new_thing.delta","sequence_number":1,"novel":{"x":[1]}}""";
        var read = JsonModel.FromJson<ResponseEvent>(Json);
        Assert.Equal(typeof(ResponseEvent), read.GetType());
        Assert.Equal(Json, read.ToJson());
        Assert.Equal("", read.Text);
    }

    private static string[] Fields(string list, string name) => ResponseTypeList.Read(list).SingleOrDefault(row => row.Name == name).Fields ?? [];

    private static IEnumerable<string> Shown(JsonModel model) => model.GetType().GetProperties()
        .Select(static property => property.GetCustomAttribute<FieldNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
}
