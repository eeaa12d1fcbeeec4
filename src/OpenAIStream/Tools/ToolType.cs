using System.Reflection;

namespace OpenAIStream;

/// <summary>The kinds of JSON values from which a value of a type is created.</summary>
internal enum ToolKind
{
    /// <summary>None: it is not offered to the model.</summary>
    None,
    Anything,
    Boolean,
    Integer,
    Number,
    Text,
    Word, // of an enumeration
    Words, // of an enumeration whose values can be combined
    Bag, // an object with any properties
    Dictionary,
    List,
    Object, // an object with the properties of its class
}

/// <summary>A type of parameters or properties, as a model sees it.</summary>
/// <param name="type">The type, without Nullable.</param>
/// <param name="kind">The kind of JSON value for it.</param>
/// <param name="item">The type of its content: the items of a list, or the values of a dictionary.</param>
/// <param name="declared">The declared type of that content.</param>
internal sealed class ToolType(Type type, ToolKind kind, ToolType? item = null, Type? declared = null)
{
    public Type Type => type;

    public ToolKind Kind => kind;

    public ToolType? Item => item;

    public Type? ItemType => declared;

    /// <summary>The properties of an object.</summary>
    public IReadOnlyList<ToolProperty> Properties { get; init; } = [];

    /// <summary>The format of a text, as a schema names it.</summary>
    public string? Format { get; init; }
}

/// <summary>A property or field that can be set.</summary>
/// <param name="Name">The name of the property.</param>
/// <param name="Type">Its type.</param>
/// <param name="Declared">Its declared type.</param>
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
