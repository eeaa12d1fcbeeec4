using System.Collections;
using System.ComponentModel;
using System.Management.Automation;
using System.Numerics;
using System.Reflection;
using System.Security;
using System.Xml;

namespace OpenAIStream;

/// <summary>Finds out from which JSON values PowerShell can create values of a type.</summary>
internal sealed class ToolTypes
{
    public static readonly Type[] Whole =
        [typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(BigInteger)];

    public static readonly Type[] Broken = [typeof(float), typeof(double), typeof(decimal)];

    // Secrets, for which PowerShell would prompt the user, code, and variables of the caller.
    private static readonly Type[] Forbidden = [typeof(PSCredential), typeof(SecureString), typeof(ScriptBlock), typeof(PSReference)];

    // A class may refer to itself: it is here before its properties are.
    private readonly Dictionary<Type, ToolType> _known = [];

    /// <summary>Whether a model may never supply a value of the type.</summary>
    public static bool IsForbidden(Type type) =>
        Forbidden.Any(known => known.IsAssignableFrom(type))
            || (type.HasElementType && IsForbidden(type.GetElementType()!))
            || (type.IsGenericType && type.GetGenericArguments().Any(IsForbidden));

    public ToolType Of(Type declared)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (_known.TryGetValue(type, out var known))
        {
            return known;
        }

        _known[type] = new(type, ToolKind.None); // while it is examined: a list of lists of itself contains nothing
        return _known[type] = Find(type);
    }

    private ToolType Find(Type type) => type switch
    {
        _ when IsForbidden(type) || type.IsPointer || type.IsByRef => new(type, ToolKind.None),
        { IsEnum: true } => new(type, type.IsDefined(typeof(FlagsAttribute), false) ? ToolKind.Words : ToolKind.Word),
        _ when type == typeof(object) => new(type, ToolKind.Anything),
        _ when type == typeof(bool) || type == typeof(SwitchParameter) => new(type, ToolKind.Boolean),
        _ when Whole.Contains(type) => new(type, ToolKind.Integer),
        _ when Broken.Contains(type) => new(type, ToolKind.Number),
        _ when type == typeof(DateTime) || type == typeof(DateTimeOffset) => new(type, ToolKind.Text) { Format = "date-time" },
        _ when type == typeof(Guid) => new(type, ToolKind.Text) { Format = "uuid" },
        _ when type == typeof(Uri) => new(type, ToolKind.Text) { Format = "uri" },
        _ when type == typeof(string) || type == typeof(char) || type == typeof(Type) || type == typeof(XmlDocument) => new(type, ToolKind.Text),
        _ when type == typeof(PSObject) || type == typeof(PSCustomObject) => new(type, ToolKind.Bag),
        _ when typeof(XmlNode).IsAssignableFrom(type) => new(type, ToolKind.None),
        _ when DictionaryValue(type) is Type value => Of(value) is { Kind: not ToolKind.None } item ? new(type, ToolKind.Dictionary, item, value) : new(type, ToolKind.None),
        _ when ListItem(type) is Type listed => Of(listed) is { Kind: not ToolKind.None } item && CanHold(type, listed) ? new(type, ToolKind.List, item, listed) : new(type, ToolKind.None),
        _ when type.Assembly.IsDynamic && Object(type) is ToolType shape => shape,
        _ when IsReadFromText(type) => new(type, ToolKind.Text),
        _ => Object(type) ?? OfConstructor(type) ?? new(type, ToolKind.None),
    };

    /// <summary>The type of a dictionary's values; null if it is not a dictionary, or cannot be created.</summary>
    private static Type? DictionaryValue(Type type)
    {
        if (Pairs(type) is not Type pairs)
        {
            return typeof(IDictionary).IsAssignableFrom(type) && (type.IsAssignableFrom(typeof(Hashtable)) || IsMade(type)) ? typeof(object) : null;
        }

        Type[] held = pairs.GetGenericArguments();
        bool isWritten = pairs.GetGenericTypeDefinition() == typeof(IDictionary<,>);
        return type.IsAssignableFrom(typeof(Dictionary<,>).MakeGenericType(held)) || (isWritten && IsMade(type)) ? held[1] : null;
    }

    /// <summary>The dictionary interface of a type, with its keys and values; null if it has none.</summary>
    public static Type? Pairs(Type type)
    {
        Type[] faces = [.. type.GetInterfaces().Append(type).Where(static face => face.IsGenericType)];
        return faces.FirstOrDefault(static face => face.GetGenericTypeDefinition() == typeof(IDictionary<,>))
            ?? faces.FirstOrDefault(static face => face.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>));
    }

    private static bool IsMade(Type type) => !type.IsAbstract && type.GetConstructor([]) is not null;

    private static Type? ListItem(Type type)
    {
        if (type.IsArray)
        {
            return type.GetArrayRank() == 1 ? type.GetElementType() : null;
        }

        var items = type.GetInterfaces().Append(type).FirstOrDefault(static face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IEnumerable<>));
        return items is not null ? items.GetGenericArguments()[0] : typeof(IEnumerable).IsAssignableFrom(type) ? typeof(object) : null;
    }

    /// <summary>Whether PowerShell can create this collection from a list.</summary>
    private static bool CanHold(Type type, Type item)
    {
        var list = item.MakeArrayType();
        return type.IsAssignableFrom(list)
            || (!type.IsAbstract && type.GetConstructors().Any(constructor => constructor.GetParameters() is [{ ParameterType: var taken }] && taken.IsAssignableFrom(list)));
    }

    private static bool IsReadFromText(Type type) =>
        (!type.IsAbstract && !typeof(IDisposable).IsAssignableFrom(type) && type.GetConstructor([typeof(string)]) is not null)
            || IsRead(type, "Parse", [typeof(string)])
            || IsRead(type, "Parse", [typeof(string), typeof(IFormatProvider)])
            || IsRead(type, "op_Implicit", [typeof(string)])
            || IsRead(type, "op_Explicit", [typeof(string)])
            || (!type.IsInterface && type.GetCustomAttribute<TypeConverterAttribute>() is not null && ConvertsText(type));

    private static bool IsRead(Type type, string method, Type[] from) =>
        type.GetMethod(method, BindingFlags.Public | BindingFlags.Static, null, from, null)?.ReturnType == type;

    private static bool ConvertsText(Type type)
    {
        try
        {
            return TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));
        }
        catch (Exception exception) when (exception is InvalidCastException or MissingMethodException or TypeLoadException or TargetInvocationException)
        {
            return true; // PowerShell's own kind of converter, which reveals nothing without a value
        }
    }

    /// <summary>A class or structure as an object with its properties; null if PowerShell cannot create it from a hashtable.</summary>
    private ToolType? Object(Type type)
    {
        bool isMade = type.IsValueType || (type.IsClass && !type.IsAbstract && type.GetConstructor([]) is not null);
        if (!isMade || type.IsPrimitive || typeof(IDisposable).IsAssignableFrom(type) || typeof(Delegate).IsAssignableFrom(type))
        {
            return null;
        }

        var properties = new List<ToolProperty>();
        var shape = _known[type] = new ToolType(type, ToolKind.Object) { Properties = properties };
        foreach (var member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance).Where(static member => !member.IsDefined(typeof(HiddenAttribute), true)))
        {
            var declared = member switch
            {
                PropertyInfo property when property.GetSetMethod() is not null && property.GetIndexParameters().Length == 0 => property.PropertyType,
                FieldInfo { IsInitOnly: false } field => field.FieldType,
                _ => null,
            };
            if (declared is not null && Of(declared) is { Kind: not ToolKind.None } taken)
            {
                properties.Add(new ToolProperty(member.Name, taken, declared, member));
            }
        }

        return properties.Count > 0 ? shape : null;
    }

    /// <summary>The parameter type of the constructor with one simple value, as PowerShell would call it.</summary>
    private ToolType? OfConstructor(Type type)
    {
        if (type.IsAbstract || typeof(IDisposable).IsAssignableFrom(type) || typeof(Delegate).IsAssignableFrom(type))
        {
            return null;
        }

        var taken = type.GetConstructors()
            .Select(static constructor => constructor.GetParameters() is [{ ParameterType: var only }] ? only : null)
            .FirstOrDefault(static only => only == typeof(bool) || Whole.Contains(only) || Broken.Contains(only));
        return taken is null ? null : new ToolType(type, Of(taken).Kind);
    }
}
