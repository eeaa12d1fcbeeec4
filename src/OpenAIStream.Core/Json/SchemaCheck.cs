using System.Globalization;

namespace OpenAIStream;

/// <summary>
/// Checks a value against a JSON schema, as far as services check models: types, required and additional properties, items,
/// enum and const, anyOf, oneOf and allOf, limits, and references within the schema. Other keywords, such as patterns and
/// formats, are not checked.
/// </summary>
/// <param name="root">The schema that references point into.</param>
internal sealed class SchemaCheck(JsonMap root)
{
    private const int MaxDepth = 256; // of schemas: one that refers to itself endlessly has no meaning

    /// <summary>Describes the first place where the value does not match the schema; null if it matches.</summary>
    public string? Find(object? value) => Find(value, root, "$", 0);

    private string? Find(object? value, object? schema, string path, int depth)
    {
        if (schema is false)
        {
            return $"{path} is not in the schema";
        }

        if (schema is not JsonMap rules || depth > MaxDepth)
        {
            return null;
        }

        return FindReferred(value, rules, path, depth)
            ?? FindType(value, rules, path)
            ?? FindChoice(value, rules, path, depth)
            ?? FindLimit(value, rules, path)
            ?? value switch
            {
                JsonModel fields => FindProperty(fields, rules, path, depth),
                Array items => FindItem(items, rules, path, depth),
                _ => null,
            };
    }

    private string? FindReferred(object? value, JsonMap rules, string path, int depth) =>
        rules["$ref"] is string reference && Resolve(reference) is object referred ? Find(value, referred, path, depth + 1) : null;

    private static string? FindType(object? value, JsonMap rules, string path)
    {
        object?[] types = rules["type"] switch
        {
            string one => [one],
            Array several => [.. several.Cast<object?>()],
            _ => [],
        };
        return types.Length == 0 || types.Any(type => IsOf(value, type as string))
            ? null
            : $"{path} is {Kind(value)}, not {string.Join(" or ", types.Select(Article))}";
    }

    private string? FindChoice(object? value, JsonMap rules, string path, int depth)
    {
        if (rules["enum"] is Array known && !known.Cast<object?>().Any(one => AreEqual(one, value)))
        {
            return $"{path} is {Shown(value)}, not one of {string.Join(", ", known.Cast<object?>().Select(Shown))}";
        }

        if (rules.Contains("const") && !AreEqual(rules["const"], value))
        {
            return $"{path} is {Shown(value)}, not {Shown(rules["const"])}";
        }

        foreach (object? part in List(rules, "allOf"))
        {
            if (Find(value, part, path, depth + 1) is string wrong)
            {
                return wrong;
            }
        }

        return FindNone(value, List(rules, "anyOf"), path, depth) ?? FindNone(value, List(rules, "oneOf"), path, depth);
    }

    private string? FindNone(object? value, object?[] choices, string path, int depth)
    {
        string?[] wrong = [.. choices.Select(choice => Find(value, choice, path, depth + 1))];
        return wrong.Length == 0 || wrong.Contains(null) ? null
            : wrong.Length == 1 ? wrong[0]
            : $"{path} is not one of the values that the schema allows ({string.Join("; ", wrong.Distinct())})";
    }

    private static string? FindLimit(object? value, JsonMap rules, string path) => value switch
    {
        string text => FindLimit(text.Length, rules, "minLength", "maxLength", $"the length of {path}"),
        Array items => FindLimit(items.Length, rules, "minItems", "maxItems", $"the length of {path}"),
        _ when JsonValue.ToDouble(value) is double number => FindLimit(number, rules, "minimum", "maximum", path)
            ?? (Number(rules, "exclusiveMinimum") is double above && number <= above ? Limit(path, number, "not more than", above) : null)
            ?? (Number(rules, "exclusiveMaximum") is double below && number >= below ? Limit(path, number, "not less than", below) : null),
        _ => null,
    };

    private static string? FindLimit(double number, JsonMap rules, string minimum, string maximum, string what) =>
        Number(rules, minimum) is double least && number < least ? Limit(what, number, "less than", least)
        : Number(rules, maximum) is double most && number > most ? Limit(what, number, "more than", most)
        : null;

    private string? FindProperty(JsonModel fields, JsonMap rules, string path, int depth)
    {
        if (List(rules, "required").OfType<string>().FirstOrDefault(name => !fields.Contains(name)) is string missing)
        {
            return $"{path} has no '{missing}'";
        }

        var known = rules["properties"] as JsonMap;
        foreach (string name in fields.GetFieldNames())
        {
            bool isKnown = known?.Contains(name) == true;
            object? schema = isKnown ? known![name] : rules.Contains("patternProperties") ? null : rules["additionalProperties"];
            if (Find(fields.Find(name), schema, $"{path}.{name}", depth + 1) is string wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    private string? FindItem(Array items, JsonMap rules, string path, int depth)
    {
        object?[] first = List(rules, "prefixItems");
        for (int i = 0; i < items.Length; i++)
        {
            object? schema = i < first.Length ? first[i] : rules["items"];
            if (Find(items.GetValue(i), schema, FormattableString.Invariant($"{path}[{i}]"), depth + 1) is string wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    /// <summary>The target of a reference such as <c>#/$defs/name</c>; null if it leads out of the schema, or nowhere.</summary>
    private object? Resolve(string reference)
    {
        if (!reference.StartsWith("#", StringComparison.Ordinal))
        {
            return null;
        }

        object? at = root;
        foreach (string step in reference.Substring(1).Split(['/'], StringSplitOptions.RemoveEmptyEntries))
        {
            string name = Uri.UnescapeDataString(step).Replace("~1", "/").Replace("~0", "~");
            at = at switch
            {
                JsonMap map => map[name],
                object?[] list when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < list.Length => list[index],
                _ => null,
            };
        }

        return at;
    }

    private static object?[] List(JsonMap rules, string name) => rules[name] is Array list ? [.. list.Cast<object?>()] : [];

    private static double? Number(JsonMap rules, string name) => JsonValue.ToDouble(rules[name]);

    private static string Limit(string what, double number, string how, double limit) => FormattableString.Invariant($"{what} is {number}, {how} {limit}");

    private static bool IsOf(object? value, string? type) => type switch
    {
        "integer" => value is long || (JsonValue.ToDouble(value) is double number && number % 1 == 0),
        "number" => JsonValue.ToDouble(value) is not null,
        "string" => value is string,
        "boolean" => value is bool,
        "object" => value is JsonModel,
        "array" => value is Array,
        "null" => value is null,
        _ => true, // a type that JSON does not have
    };

    private static string Article(object? type) => type switch
    {
        "null" => "null",
        "integer" or "object" or "array" => $"an {type}",
        _ => $"a {type}",
    };

    private static string Kind(object? value) => value switch
    {
        null => "null",
        string => "a string",
        bool => "a boolean",
        JsonModel => "an object",
        Array => "an array",
        _ => "a number",
    };

    private static string Shown(object? value)
    {
        string json = JsonModelWriter.ToText(value);
        return json.Length > 60 ? json.Substring(0, 60) + "..." : json;
    }

    private static bool AreEqual(object? one, object? other) => one switch
    {
        JsonModel fields => other is JsonModel others && fields.GetFieldNames().Count() == others.GetFieldNames().Count()
            && fields.GetFieldNames().All(name => others.Contains(name) && AreEqual(fields.Find(name), others.Find(name))),
        Array items => other is Array others && items.Length == others.Length
            && Enumerable.Range(0, items.Length).All(i => AreEqual(items.GetValue(i), others.GetValue(i))),
        _ when JsonValue.ToDouble(one) is double number => JsonValue.ToDouble(other) == number,
        _ => Equals(one, other),
    };
}
