using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>The names that a type's fields have on the wire, found by what people write instead: the names of properties, in any case.</summary>
internal sealed class FieldNames
{
    private static readonly ConcurrentDictionary<Type, FieldNames> Known = new();

    private readonly Dictionary<string, JsonField> _fields = new(StringComparer.OrdinalIgnoreCase);

    private FieldNames(Type type)
    {
        foreach (var property in type.GetProperties())
        {
            string name = property.GetCustomAttribute<FieldNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            var field = new JsonField(name);
            _fields[property.Name] = field;
            _fields[name] = field; // a field's own name counts more than a property's
        }
    }

    public static FieldNames Of(Type type) => Known.GetOrAdd(type, static type => new FieldNames(type));

    /// <summary>The names of an object's fields as they are on the wire. A name that no property has stays as it is.</summary>
    public JsonField[] Find(JsonModel model) => Array.ConvertAll(
        model.Fields,
        field => _fields.TryGetValue(field.Name, out var known) && !model.Contains(known.Name) ? known : field);
}
