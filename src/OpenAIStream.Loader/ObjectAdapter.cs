using System.Collections.ObjectModel;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Shows exceptions and plain events to PowerShell: text from a server reaches a terminal only in its safe form.</summary>
/// <remarks>It is here for the same reason as <see cref="JsonModelAdapter"/>.</remarks>
public sealed class ObjectAdapter : PSPropertyAdapter
{
    static ObjectAdapter() => ModuleAssemblies.Load();

    /// <inheritdoc/>
    public override Collection<string> GetTypeNameHierarchy(object baseObject) => ObjectMembers.TypeNames(baseObject);

    /// <inheritdoc/>
    public override Collection<PSAdaptedProperty> GetProperties(object baseObject) => ObjectMembers.List(baseObject);

    /// <inheritdoc/>
    public override PSAdaptedProperty? GetProperty(object baseObject, string propertyName) => ObjectMembers.Find(baseObject, propertyName);

    /// <inheritdoc/>
    public override object? GetPropertyValue(PSAdaptedProperty adaptedProperty) => Member(adaptedProperty).Get(adaptedProperty.BaseObject);

    /// <inheritdoc/>
    public override void SetPropertyValue(PSAdaptedProperty adaptedProperty, object value)
    {
        var member = Member(adaptedProperty);
        if (!member.IsSettable)
        {
            throw new SetValueException($"'{adaptedProperty.Name}' is a ReadOnly property.");
        }

        member.Property.SetValue(adaptedProperty.BaseObject, LanguagePrimitives.ConvertTo(value, member.Property.PropertyType, null));
    }

    /// <inheritdoc/>
    public override bool IsGettable(PSAdaptedProperty adaptedProperty) => true;

    /// <inheritdoc/>
    public override bool IsSettable(PSAdaptedProperty adaptedProperty) => Member(adaptedProperty).IsSettable;

    /// <inheritdoc/>
    public override string GetPropertyTypeName(PSAdaptedProperty adaptedProperty) => Member(adaptedProperty).Property.PropertyType.FullName!;

    private static ObjectMember Member(PSAdaptedProperty property) => (ObjectMember)property.Tag;
}
