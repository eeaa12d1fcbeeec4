using System.Collections;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace OpenAIStream.Tests.Models;

/// <summary>The fields that PowerShell lists next to the properties: those that no property shows.</summary>
public partial class ModelFieldsTests
{
    private static readonly string[] Values = ["\"2\"", "2", "true", "[{}]", "[\"a\"]", "{\"include_usage\":true}"];

    // Each string in the core's code that could be a field's name: there is no list of the fields that properties read.
    private static readonly string[] Names = [.. Strings().Where(static text => FieldName().IsMatch(text)).Distinct()];

    public static TheoryData<Type> Models => [.. typeof(JsonModel).Assembly.GetTypes()
        .Where(static type => type.IsSubclassOf(typeof(JsonModel)) && !type.IsAbstract && !type.ContainsGenericParameters && type != typeof(JsonMap)).OrderBy(static type => type.Name)];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_field_that_has_a_property_is_recognized(Type type)
    {
        // AssistantEvent.Data repeats all fields, and a message's text is joined from several.
        PropertyInfo[] properties = [.. type.GetProperties().Where(static property => property.GetIndexParameters().Length == 0 && property.Name is not ("Data" or "Text" or "ContentParts"))];
        var shape = (JsonShape)typeof(JsonShape).GetMethod(nameof(JsonShape.Of), [])!.MakeGenericMethod(type).Invoke(null, null)!;
        var shown = type.GetProperties().SelectMany(ModelFields.ShownBy).ToHashSet();
        string[] empty = Read("{}");
        var wrong = from field in Names
                    where !shown.Contains(field) && (type, field) != (typeof(ImageEvent), "data") // of which it shows only the first
                    from value in Values
                    let texts = Read($$"""{"{{field}}":{{value}}}""")
                    where !texts.AsSpan().SequenceEqual(empty)
                    select field;
        Assert.Empty(wrong.Distinct());

        string[] Read(string json)
        {
            object model = new JsonModelReader().Read(Encoding.UTF8.GetBytes(json), shape, null)!;
            return Array.ConvertAll(properties, property => Text(property.GetValue(model)));
        }
    }

    private static string Text(object? value) => value is IEnumerable items and not string ? string.Join("|", items.Cast<object?>()) + "|" : $"{value}";

    private static IEnumerable<string> Strings()
    {
        using var file = new PEReader(File.OpenRead(typeof(JsonModel).Assembly.Location));
        var reader = file.GetMetadataReader();
        for (var handle = MetadataTokens.UserStringHandle(1); !handle.IsNil; handle = reader.GetNextHandle(handle))
        {
            yield return reader.GetUserString(handle);
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
    private static partial Regex FieldName();
}
