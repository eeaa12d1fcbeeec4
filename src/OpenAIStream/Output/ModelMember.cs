using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using Microsoft.PowerShell;

namespace OpenAIStream;

/// <summary>A property of a model as PowerShell shows it.</summary>
/// <param name="name">The name of the property.</param>
/// <param name="type">The type of its values.</param>
internal abstract class ModelMember(string name, Type type)
{
    public string Name { get; } = name;

    /// <summary>The type in the form of Get-Member.</summary>
    public string TypeName { get; } = ToStringCodeMethods.Type(PSObject.AsPSObject(type));

    public virtual bool IsSettable => false;

    public abstract object? Get(JsonModel model);

    /// <exception cref="SetValueException">It is read-only, or does not accept the value.</exception>
    public virtual void Set(JsonModel model, object? value) => throw new SetValueException($"'{Name}' is a ReadOnly property.");

    /// <summary>
    /// Objects and lists are wrapped, as they are in a pipeline: code that only looks into PSObject (such as ConvertTo-Json
    /// after Select-Object) then finds the fields of a JSON object, and a list becomes the text of its items.
    /// </summary>
    public static object? Wrap(object? value) => value switch
    {
        JsonMap map => PSObject.AsPSObject(map),
        JsonMap[] maps => PSObject.AsPSObject(Array.ConvertAll(maps, static map => (object)PSObject.AsPSObject(map))),
        object?[] items when items.GetType() == typeof(object[]) => PSObject.AsPSObject(Array.ConvertAll(items, Wrap)),
        Array list => PSObject.AsPSObject(list),
        _ => value,
    };
}

/// <summary>A property of the type.</summary>
internal sealed class TypedMember(PropertyInfo property) : ModelMember(property.Name, property.PropertyType)
{
    private readonly bool _isSettable = property.GetSetMethod() is not null;

    public override bool IsSettable => _isSettable;

    public override object? Get(JsonModel model) => Wrap(property.GetValue(model));

    public override void Set(JsonModel model, object? value)
    {
        if (!_isSettable)
        {
            base.Set(model, value);
        }

        try
        {
            property.SetValue(model, ToPropertyType(value));
        }
        catch (Exception exception) when (exception is TargetInvocationException or PSInvalidCastException)
        {
            // The engine shows the message of this exception, and of no other.
            var reason = (exception as TargetInvocationException)?.InnerException ?? exception;
            throw new SetValueException(reason.Message, reason);
        }
    }

    private object? ToPropertyType(object? value)
    {
        var type = property.PropertyType;
        if (value is null && (!type.IsValueType || Nullable.GetUnderlyingType(type) is not null))
        {
            return null; // the engine would convert it to "" for a string, which would be sent
        }

        // The engine converts to arrays item by item, but not to other lists.
        bool isList = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);
        return LanguagePrimitives.ConvertTo(value, isList ? type.GetGenericArguments()[0].MakeArrayType() : type, CultureInfo.InvariantCulture);
    }
}

/// <summary>A property that the module adds.</summary>
internal sealed class AddedMember(string name, Type type, Func<JsonModel, object?> get) : ModelMember(name, type)
{
    public override object? Get(JsonModel model) => get(model);
}
