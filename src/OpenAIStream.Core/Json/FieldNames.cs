using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>The names that a type's fields have on the wire, found by what people write instead: the names of properties, in any case.</summary>
internal sealed class FieldNames
{
    private static readonly ConcurrentDictionary<Type, FieldNames> Known = new();

    private readonly Dictionary<string, string> _fields = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _computed = new(StringComparer.Ordinal);
    private readonly string _type;

    private FieldNames(Type type)
    {
        _type = type.Name;
        foreach (var property in type.GetProperties())
        {
            if (property.GetCustomAttribute<FieldNameAttribute>() is { Name: null })
            {
                _computed.Add(property.Name);
                continue;
            }

            string name = property.GetCustomAttribute<FieldNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            _fields[property.Name] = name;
            _fields[name] = name; // a field's own name counts more than a property's
        }
    }

    public static FieldNames Of(Type type) => Known.GetOrAdd(type, static type => new FieldNames(type));

    /// <summary>
    /// An object's fields by their names on the wire. A name that no property has stays as it is. An object that was made of
    /// the properties, as ConvertTo-Json does, also has those that are empty, and some that show what others hold: they go.
    /// </summary>
    /// <exception cref="ArgumentException">Nothing is left.</exception>
    public JsonMap OnWire(JsonMap given)
    {
        var onWire = new JsonMap();
        foreach (string name in given.GetFieldNames())
        {
            object? value = given.Find(name);
            if (!_fields.TryGetValue(name, out string? field) || field == name)
            {
                if (!_computed.Contains(name))
                {
                    onWire[name] = value;
                }
            }
            else if (value is not (null or Array { Length: 0 }) && !given.Contains(field) && !onWire.Contains(field))
            {
                onWire[field] = value;
            }
        }

        return given.Fields.Length == 0 || onWire.Fields.Length > 0 || !Array.Exists(given.Fields, field => _computed.Contains(field.Name))
            ? onWire
            : throw new ArgumentException(
                $"A {_type} is created from the fields that the service sends. These properties are computed from other fields and cannot be set: {string.Join(", ", given.GetFieldNames().Where(_computed.Contains))}.");
    }
}
