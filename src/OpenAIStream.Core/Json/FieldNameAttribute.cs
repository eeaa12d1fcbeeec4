namespace OpenAIStream;

/// <summary>Specifies the field that a property shows, if it is not the name of the property in snake case.</summary>
/// <param name="name">The name of the field; null for a property that is computed from several fields or from their content.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FieldNameAttribute(string? name) : Attribute
{
    /// <summary>The name of the field; null if there is no such field.</summary>
    public string? Name { get; } = name;
}
