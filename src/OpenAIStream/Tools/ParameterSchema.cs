using System.Management.Automation;
using System.Reflection;

namespace OpenAIStream;

/// <summary>The JSON schemas of a command's parameters: their types, and the validation that JSON Schema can express.</summary>
/// <param name="isStrict">Whether the service enforces the schema, which then has to be complete.</param>
internal sealed class ParameterSchema(bool isStrict)
{
    private readonly ToolTypes _types = new();
    private readonly List<Type> _open = []; // the classes that are being written
    private readonly Dictionary<Type, string> _names = []; // of those that refer to themselves

    /// <summary>The schemas of classes that refer to themselves, by the name that the others refer to; empty if there are none.</summary>
    public JsonMap Definitions { get; } = new();

    /// <summary>Why a model cannot supply a parameter; null if it can.</summary>
    public string? Refusal(ParameterMetadata parameter) => Refusal(parameter.ParameterType, parameter.Attributes);

    /// <inheritdoc cref="Refusal(ParameterMetadata)"/>
    public string? Refusal(Type type, IEnumerable<Attribute> attributes)
    {
        return IsForbidden(type, attributes) ? "is a secret, code or a reference, which a model cannot supply"
            : _types.Of(type).Kind == ToolKind.None && !IsTransformed(attributes) ? "cannot be created from JSON"
            : null;
    }

    /// <summary>Whether a model may never supply a parameter.</summary>
    public static bool IsForbidden(Type type, IEnumerable<Attribute> attributes) =>
        ToolTypes.IsForbidden(type) || attributes.Any(static attribute => attribute is CredentialAttribute);

    /// <summary>
    /// Whether an attribute converts the argument to something else. The one that functions have for each typed parameter
    /// only converts its type.
    /// </summary>
    public static bool IsTransformed(IEnumerable<Attribute> attributes) =>
        attributes.Any(static attribute => attribute is ArgumentTransformationAttribute && attribute.GetType().Name != "ArgumentTypeConverterAttribute");

    /// <param name="parameter">The parameter.</param>
    /// <param name="description">The description in its help.</param>
    /// <param name="isRequired">Whether it must always be supplied.</param>
    /// <exception cref="ArgumentException">Its validation cannot be read, or -Strict does not allow its type.</exception>
    public JsonMap Of(ParameterMetadata parameter, string? description, bool isRequired) =>
        Of(parameter.Name, parameter.ParameterType, [.. parameter.Attributes], description, isRequired);

    private JsonMap Of(string name, Type declared, Attribute[] attributes, string? description, bool isRequired)
    {
        var type = _types.Of(declared);
        var schema = Of(type, name);
        var value = schema["items"] as JsonMap ?? schema; // the items of a list are validated
        string? words = null;
        foreach (var attribute in attributes)
        {
            try
            {
                words ??= ValidationSchema.Restrict(schema, value, attribute);
            }
            catch (Exception exception) when (exception is not PipelineStoppedException) // a generator of values is not our code
            {
                throw new ArgumentException($"The allowed values of the parameter '{name}' cannot be read: {exception.Message}", exception);
            }
        }

        string text = string.Join(" ", new[] { description, words }.Where(static part => !string.IsNullOrEmpty(part)));
        if (text.Length > 0)
        {
            schema["description"] = text;
        }

        return (isStrict && !isRequired) || TakesNull(declared, attributes) ? Nullable(schema) : schema;
    }

    /// <summary>Whether null is a value and not an error.</summary>
    public static bool TakesNull(Type declared, IEnumerable<Attribute> attributes) =>
        System.Nullable.GetUnderlyingType(declared) is not null || attributes.Any(static attribute => attribute is AllowNullAttribute);

    private JsonMap Of(ToolType type, string name)
    {
        if (isStrict && type.Kind is ToolKind.Anything or ToolKind.Bag or ToolKind.Dictionary)
        {
            throw new ArgumentException($"The parameter '{name}' accepts any type, which -Strict does not allow. Declare its type, omit it with -ParameterName, or remove -Strict.");
        }

        return type.Kind switch
        {
            ToolKind.Boolean => Named("boolean"),
            ToolKind.Integer => Named("integer"),
            ToolKind.Number => Named("number"),
            ToolKind.Word => Words(type.Type),
            ToolKind.Words => List(Words(type.Type)),
            ToolKind.Bag => Named("object"),
            ToolKind.Dictionary => type.Item!.Kind == ToolKind.Anything ? Named("object") : new JsonMap { ["type"] = "object", ["additionalProperties"] = Of(type.Item, name) },
            ToolKind.List => List(Of(type.Item!, name)),
            ToolKind.Object => Object(type),
            ToolKind.Anything => new JsonMap(),
            _ => type.Format is null ? Named("string") : new JsonMap { ["type"] = "string", ["format"] = type.Format },
        };
    }

    /// <summary>A class with its properties. A class that refers to itself is written once, and referenced.</summary>
    private JsonMap Object(ToolType type)
    {
        if (_names.ContainsKey(type.Type) || _open.Contains(type.Type))
        {
            return new JsonMap { ["$ref"] = $"#/$defs/{NameOf(type.Type)}" };
        }

        _open.Add(type.Type);
        var properties = new JsonMap();
        foreach (var property in type.Properties)
        {
            Attribute[] attributes = [.. property.Member.GetCustomAttributes()];
            properties[property.Name] = Of($"{type.Type.Name}.{property.Name}", property.Declared, attributes, null, isRequired: false);
        }

        _open.Remove(type.Type);
        var schema = new JsonMap { ["type"] = "object", ["properties"] = properties };
        if (isStrict)
        {
            schema["required"] = properties.GetFieldNames().ToArray();
        }

        schema["additionalProperties"] = false;
        if (!_names.TryGetValue(type.Type, out string? name))
        {
            return schema;
        }

        Definitions[name] = schema;
        return Object(type);
    }

    private string NameOf(Type type)
    {
        if (!_names.TryGetValue(type, out string? name))
        {
            name = _names.ContainsValue(type.Name) ? FormattableString.Invariant($"{type.Name}{_names.Count}") : type.Name;
            _names.Add(type, name);
        }

        return name;
    }

    private static JsonMap Named(string type) => new() { ["type"] = type };

    private static JsonMap Words(Type type) => new() { ["type"] = "string", ["enum"] = Enum.GetNames(type) };

    private static JsonMap List(JsonMap items) => new() { ["type"] = "array", ["items"] = items };

    private static JsonMap Nullable(JsonMap schema)
    {
        if (schema.Contains("$ref"))
        {
            return new JsonMap { ["anyOf"] = new[] { schema, Named("null") } };
        }

        if (schema["type"] is string type)
        {
            schema["type"] = new[] { type, "null" };
        }

        if (schema["enum"] is Array words)
        {
            schema["enum"] = words.Cast<object?>().Append(null).ToArray();
        }

        return schema;
    }
}
