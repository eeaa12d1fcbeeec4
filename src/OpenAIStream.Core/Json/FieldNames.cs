using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>The field names of a type, found by what people write instead: property names, not case-sensitive.</summary>
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
            _fields[name] = name; // the name of a field takes precedence over the name of a property
        }
    }

    public static FieldNames Of(Type type) => Known.GetOrAdd(type, static type => new FieldNames(type));

    /// <summary>
    /// The fields of an object by their names in requests. Names without a property are not changed. An object that was
    /// created from properties, as by ConvertTo-Json, also has empty fields and computed ones; they are removed.
    /// </summary>
    /// <exception cref="ArgumentException">No field is left.</exception>
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

        return given.Fields.Length == 0 || onWire.Fields.Length > 0 || !Array.Exists(given.Fields.ToArray(), field => _computed.Contains(field.Name))
            ? onWire
            : throw new ArgumentException(
                $"A {_type} is created from the fields that the service sends. These properties are computed from other fields and cannot be set: {string.Join(", ", given.GetFieldNames().Where(_computed.Contains))}.");
    }
}
