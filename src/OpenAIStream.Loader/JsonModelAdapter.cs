using System.Collections.ObjectModel;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Shows the properties of a model to PowerShell: those of its type, those that the module adds, and fields that the type does not know.</summary>
/// <remarks>
/// The engine creates one for each type in OpenAIStream.types.ps1xml before it looks for the type, and before it loads the
/// assemblies of a module. So this is the place to load them.
/// </remarks>
public sealed class JsonModelAdapter : PSPropertyAdapter
{
    static JsonModelAdapter() => ModuleAssemblies.Load();

    /// <inheritdoc/>
    public override Collection<string> GetTypeNameHierarchy(object baseObject) => ModelMembers.Of(baseObject.GetType()).TypeNames;

    /// <inheritdoc/>
    public override Collection<PSAdaptedProperty> GetProperties(object baseObject) => ModelMembers.Of(baseObject.GetType()).List((JsonModel)baseObject);

    /// <inheritdoc/>
    public override PSAdaptedProperty? GetProperty(object baseObject, string propertyName) =>
        ModelMembers.Of(baseObject.GetType()).Find((JsonModel)baseObject, propertyName);

    /// <inheritdoc/>
    public override object? GetPropertyValue(PSAdaptedProperty adaptedProperty)
    {
        var model = (JsonModel)adaptedProperty.BaseObject;
        return adaptedProperty.Tag is ModelMember member ? member.Get(model) : ModelMember.Wrap(model[adaptedProperty.Name]);
    }

    /// <inheritdoc/>
    public override void SetPropertyValue(PSAdaptedProperty adaptedProperty, object value)
    {
        var model = (JsonModel)adaptedProperty.BaseObject;
        if (adaptedProperty.Tag is ModelMember member)
        {
            member.Set(model, value);
            return;
        }

        try
        {
            model[adaptedProperty.Name] = Dictionaries.Unwrap(value);
        }
        catch (ArgumentException exception)
        {
            throw new SetValueException(exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public override bool IsGettable(PSAdaptedProperty adaptedProperty) => true;

    /// <inheritdoc/>
    public override bool IsSettable(PSAdaptedProperty adaptedProperty) => adaptedProperty.Tag is not ModelMember member || member.IsSettable;

    /// <inheritdoc/>
    public override string GetPropertyTypeName(PSAdaptedProperty adaptedProperty) =>
        adaptedProperty.Tag is ModelMember member ? member.TypeName
        : ((JsonModel)adaptedProperty.BaseObject)[adaptedProperty.Name]?.GetType().FullName ?? typeof(object).FullName!;
}
