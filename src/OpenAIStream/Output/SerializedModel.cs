using System.Management.Automation;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>
/// Models that were serialized: by Export-Clixml, for a job, for remoting. The types file makes the engine write a few
/// properties, for users without the module, and two members with everything: the JSON, and what belongs to the object but
/// not to its payload (<see cref="SerializedSource"/>). Where the module is loaded, the object is created from them again.
/// </summary>
internal static class SerializedModel
{
    private const string Prefix = "Deserialized.";

    /// <summary>The members that the types file adds to models for serialization.</summary>
    private static readonly string[] Added = ["Input", "InputIndex", "PayloadJson", "SourceJson"];

    /// <summary>Whether an object was a model before it was serialized.</summary>
    public static bool Was(PSObject bag) => bag.TypeNames.Any(static name => TypeOf(name) is not null);

    /// <summary>The same, or whether it is a model or a selection of its properties.</summary>
    public static bool IsOrWas(PSObject value) =>
        value.BaseObject is JsonModel || Was(value) || value.TypeNames.Any(static name => name.StartsWith("Selected.OpenAIStream.", StringComparison.Ordinal));

    /// <summary>The model that a value was before it was serialized; any other value unchanged.</summary>
    public static object? Alive(object? value) =>
        value is PSObject { BaseObject: PSCustomObject } bag && Was(bag) ? Read(bag) ?? value : value;

    /// <summary>The model that an object was; null if its JSON is missing or damaged.</summary>
    public static JsonModel? Read(PSObject bag)
    {
        string[] own = [.. bag.TypeNames.TakeWhile(static name => TypeOf(name) is null)];
        if (bag.Properties["PayloadJson"]?.Value is not string json)
        {
            return null;
        }

        JsonModel model;
        try
        {
            model = JsonModel.Create(TypeOf(bag.TypeNames[own.Length])!, json);
        }
        catch (JsonException)
        {
            return null;
        }

        Restore(model, bag);
        RestoreAdditions(PSObject.AsPSObject(model), bag, own);
        return model;
    }

    /// <summary>The type with a name; null for other names. For a type that this version does not know, its base type.</summary>
    private static Type? TypeOf(string name) =>
        name.StartsWith(Prefix + nameof(OpenAIStream) + ".", StringComparison.Ordinal)
        && typeof(JsonModel).Assembly.GetType(name.Substring(Prefix.Length)) is { IsAbstract: false } type && type.IsSubclassOf(typeof(JsonModel))
            ? type
            : null;

    /// <summary>Restores what belongs to the object but not to its payload.</summary>
    private static void Restore(JsonModel model, PSObject bag)
    {
        if (model is AssistantEvent assistantEvent)
        {
            assistantEvent.Event = bag.Properties[nameof(AssistantEvent.Event)]?.Value as string;
        }

        if (model is ModelOutput output && bag.Properties["SourceJson"]?.Value is string source)
        {
            output.SetTag(SerializedSource.Read(source, bag.Properties["Input"]?.Value, output));
        }
    }

    /// <summary>Restores what Add-Member or this module (<see cref="WholeAnswers"/>) had added to the object: names of types and properties.</summary>
    private static void RestoreAdditions(PSObject model, PSObject bag, string[] typeNames)
    {
        for (int i = typeNames.Length - 1; i >= 0; i--)
        {
            string name = typeNames[i];
            model.TypeNames.Insert(0, name.StartsWith(Prefix, StringComparison.Ordinal) ? name.Substring(Prefix.Length) : name);
        }

        foreach (var property in bag.Properties)
        {
            if (property.IsInstance && model.Properties[property.Name] is null && !Added.Contains(property.Name))
            {
                model.Properties.Add(new PSNoteProperty(property.Name, property.Value));
            }
        }
    }
}
