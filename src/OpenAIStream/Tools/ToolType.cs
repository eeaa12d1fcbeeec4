using System.Reflection;

namespace OpenAIStream;

/// <summary>What of JSON becomes a value of a type.</summary>
internal enum ToolKind
{
    /// <summary>Nothing does: the model is not offered it.</summary>
    None,
    Anything,
    Boolean,
    Integer,
    Number,
    Text,
    Word, // of an enumeration
    Words, // of one whose values go together
    Bag, // an object of any properties
    Dictionary,
    List,
    Object, // with the properties of its class
}

/// <summary>A type of parameters or properties, as a model sees it.</summary>
/// <param name="type">The type, without Nullable.</param>
/// <param name="kind">What of JSON becomes a value of it.</param>
/// <param name="item">What is in it: of a list the items, of a dictionary the values.</param>
/// <param name="declared">The type that these are declared with.</param>
internal sealed class ToolType(Type type, ToolKind kind, ToolType? item = null, Type? declared = null)
{
    public Type Type => type;

    public ToolKind Kind => kind;

    public ToolType? Item => item;

    public Type? ItemType => declared;

    /// <summary>The properties of an object.</summary>
    public IReadOnlyList<ToolProperty> Properties { get; init; } = [];

    /// <summary>The format of a text, in a schema's words.</summary>
    public string? Format { get; init; }
}

/// <summary>A property or field that can be set.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it takes.</param>
/// <param name="Declared">The type that it is declared with.</param>
/// <param name="Member">The member itself.</param>
internal sealed record ToolProperty(string Name, ToolType Type, Type Declared, MemberInfo Member)
{
    public void Set(object target, object? value)
    {
        if (Member is PropertyInfo property)
        {
            property.SetValue(target, value);
        }
        else
        {
            ((FieldInfo)Member).SetValue(target, value);
        }
    }
}
