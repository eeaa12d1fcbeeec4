namespace OpenAIStream;

/// <summary>Says which field a property shows, where that is not the property's own name in snake case.</summary>
/// <param name="name">The field's name on the wire; null for a property that is read from several fields, or from what is in them.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FieldNameAttribute(string? name) : Attribute
{
    /// <summary>The field's name on the wire; null when there is no such field.</summary>
    public string? Name { get; } = name;
}
