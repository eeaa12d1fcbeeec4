namespace OpenAIStream;

/// <summary>Says which field a property shows, where that is not the property's own name in snake case.</summary>
/// <param name="name">The field's name on the wire.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FieldNameAttribute(string name) : Attribute
{
    /// <summary>The field's name on the wire.</summary>
    public string Name { get; } = name;
}
