using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>The JSON schema of one parameter: its type, and of its validation what JSON Schema has a word for.</summary>
internal static class ParameterSchema
{
    private static readonly Type[] Whole = [typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(System.Numerics.BigInteger)];
    private static readonly Type[] Broken = [typeof(float), typeof(double), typeof(decimal)];

    /// <param name="parameter">The parameter.</param>
    /// <param name="description">What its help says.</param>
    /// <param name="isNullable">Whether null stands for leaving it out.</param>
    public static JsonMap Of(ParameterMetadata parameter, string? description, bool isNullable)
    {
        var schema = OfType(parameter.ParameterType);
        var value = schema["items"] as JsonMap ?? schema; // what is validated of a list are its items
        string? words = null;
        foreach (var attribute in parameter.Attributes)
        {
            words ??= Restrict(schema, value, attribute);
        }

        string text = string.Join(" ", new[] { description, words }.Where(static part => !string.IsNullOrEmpty(part)));
        if (text.Length > 0)
        {
            schema["description"] = text;
        }

        if (isNullable || Nullable.GetUnderlyingType(parameter.ParameterType) is not null || parameter.Attributes.Any(static attribute => attribute is AllowNullAttribute))
        {
            AllowNull(schema);
        }

        return schema;
    }

    private static JsonMap OfType(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
        {
            var names = new JsonMap { ["type"] = "string", ["enum"] = Enum.GetNames(type) };
            return type.IsDefined(typeof(FlagsAttribute), false) ? Array(names) : names;
        }

        return type switch
        {
            _ when type == typeof(object) => new JsonMap(),
            _ when type == typeof(bool) || type == typeof(SwitchParameter) => Named("boolean"),
            _ when Whole.Contains(type) => Named("integer"),
            _ when Broken.Contains(type) => Named("number"),
            _ when type == typeof(string) => Named("string"),
            _ when type == typeof(DateTime) || type == typeof(DateTimeOffset) => Named("string", "date-time"),
            _ when type == typeof(Guid) => Named("string", "uuid"),
            _ when type == typeof(Uri) => Named("string", "uri"),
            _ when type == typeof(PSObject) || typeof(IDictionary).IsAssignableFrom(type) => Named("object"),
            _ when ItemType(type) is Type item => Array(OfType(item)),
            _ => Named("string"), // PowerShell makes paths, time spans, addresses and the like out of their text
        };
    }

    private static Type? ItemType(Type type)
    {
        if (type.IsArray)
        {
            return type.GetElementType();
        }

        var items = type.GetInterfaces().Append(type).FirstOrDefault(static face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IEnumerable<>));
        return items is not null ? items.GetGenericArguments()[0] : typeof(IList).IsAssignableFrom(type) ? typeof(object) : null;
    }

    private static JsonMap Named(string type, string? format = null)
    {
        var schema = new JsonMap { ["type"] = type };
        if (format is not null)
        {
            schema["format"] = format;
        }

        return schema;
    }

    private static JsonMap Array(JsonMap items) => new() { ["type"] = "array", ["items"] = items };

    /// <summary>Adds what an attribute demands; returns it in words where the schema cannot say it.</summary>
    private static string? Restrict(JsonMap schema, JsonMap value, Attribute attribute)
    {
        bool isText = value["type"] is "string";
        switch (attribute)
        {
            case ValidateSetAttribute set:
                value["enum"] = set.ValidValues.Select(word => isText || value["type"] is null ? word : Number(word)).ToArray();
                break;
            case ValidateRangeAttribute range:
                Limit(value, range);
                break;
            case ValidateLengthAttribute length when isText:
                value["minLength"] = length.MinLength;
                value["maxLength"] = length.MaxLength;
                break;
            case ValidateCountAttribute count when schema["type"] is "array":
                schema["minItems"] = count.MinLength;
                schema["maxItems"] = count.MaxLength;
                break;
            case ValidateNotNullOrEmptyAttribute when schema["type"] is "array":
                schema["minItems"] ??= 1;
                break;
            case ValidateNotNullOrEmptyAttribute when isText && value["enum"] is null && value["format"] is null:
                value["minLength"] ??= 1;
                break;
            case ValidatePatternAttribute pattern when isText && IsSameForSchema(pattern):
                value["pattern"] = pattern.RegexPattern;
                break;
            case ValidatePatternAttribute pattern:
                return $"It matches the regular expression {pattern.RegexPattern} in upper or lower case.";
            default:
                break;
        }

        return null;
    }

    /// <summary>PowerShell ignores case unless told otherwise, and a schema's pattern never does.</summary>
    private static bool IsSameForSchema(ValidatePatternAttribute pattern) =>
        pattern.Options == RegexOptions.None || (pattern.Options == RegexOptions.IgnoreCase && !Regex.IsMatch(Regex.Replace(pattern.RegexPattern, @"\\.", ""), "[A-Za-z]"));

    private static void Limit(JsonMap value, ValidateRangeAttribute range)
    {
        // [ValidateRange('Positive')] of PowerShell 6 and later keeps its kind to itself.
        var kind = typeof(ValidateRangeAttribute).GetProperty("RangeKind", BindingFlags.Instance | BindingFlags.NonPublic);
        var (word, limit) = kind?.GetValue(range)?.ToString() switch
        {
            "Positive" => ("exclusiveMinimum", (object?)0),
            "NonNegative" => ("minimum", 0),
            "Negative" => ("exclusiveMaximum", 0),
            "NonPositive" => ("maximum", 0),
            _ => ("minimum", range.MinRange),
        };
        if (IsNumber(limit))
        {
            value[word] = limit;
        }

        if (IsNumber(range.MaxRange))
        {
            value["maximum"] = range.MaxRange;
        }
    }

    private static bool IsNumber(object? value) => value is not null && (Whole.Contains(value.GetType()) || Broken.Contains(value.GetType()));

    private static object Number(string word) =>
        long.TryParse(word, NumberStyles.Integer, CultureInfo.InvariantCulture, out long whole) ? whole
        : double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number
        : word;

    private static void AllowNull(JsonMap schema)
    {
        if (schema["type"] is string type)
        {
            schema["type"] = new[] { type, "null" };
        }

        if (schema["enum"] is Array words)
        {
            schema["enum"] = words.Cast<object?>().Append(null).ToArray();
        }
    }
}
