using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Text;

namespace OpenAIStream;

/// <summary>Shows fields that a type does not know as properties, beside those that it has.</summary>
/// <remarks>
/// The engine makes one for each type in OpenAIStream.types.ps1xml, and only then looks for the type; it does so before it
/// loads a module's assemblies. So this is the place to load them.
/// </remarks>
public sealed class JsonModelAdapter : PSPropertyAdapter
{
    private static readonly ConcurrentDictionary<Type, HashSet<string>> KnownFields = new();

    static JsonModelAdapter() => ModuleAssemblies.Load();

    /// <inheritdoc/>
    public override Collection<PSAdaptedProperty> GetProperties(object baseObject)
    {
        var model = (JsonModel)baseObject;
        return [.. model.GetFieldNames().Where(name => !IsKnown(model, name)).Select(static name => new PSAdaptedProperty(name, null))];
    }

    /// <inheritdoc/>
    public override PSAdaptedProperty? GetProperty(object baseObject, string propertyName)
    {
        var model = (JsonModel)baseObject;
        return model.Contains(propertyName) && !IsKnown(model, propertyName) ? new PSAdaptedProperty(propertyName, null) : null;
    }

    /// <inheritdoc/>
    public override object? GetPropertyValue(PSAdaptedProperty adaptedProperty) => ((JsonModel)adaptedProperty.BaseObject)[adaptedProperty.Name];

    /// <inheritdoc/>
    public override void SetPropertyValue(PSAdaptedProperty adaptedProperty, object value) =>
        ((JsonModel)adaptedProperty.BaseObject)[adaptedProperty.Name] = Dictionaries.Unwrap(value);

    /// <inheritdoc/>
    public override bool IsGettable(PSAdaptedProperty adaptedProperty) => true;

    /// <inheritdoc/>
    public override bool IsSettable(PSAdaptedProperty adaptedProperty) => true;

    /// <inheritdoc/>
    public override string GetPropertyTypeName(PSAdaptedProperty adaptedProperty) =>
        GetPropertyValue(adaptedProperty)?.GetType().FullName ?? typeof(object).FullName!;

    /// <summary>A field that a property shows under its own name is not shown twice.</summary>
    private static bool IsKnown(JsonModel model, string field) =>
        KnownFields.GetOrAdd(model.GetType(), static type => [.. type.GetProperties().Select(static property => ToFieldName(property.Name))])
            .Contains(field);

    private static string ToFieldName(string property)
    {
        var name = new StringBuilder(property.Length + 4);
        foreach (char c in property)
        {
            if (char.IsUpper(c) && name.Length > 0)
            {
                name.Append('_');
            }

            name.Append(char.ToLowerInvariant(c));
        }

        return name.ToString();
    }
}
