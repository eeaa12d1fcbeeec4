using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>Validation attributes in the terms of JSON Schema.</summary>
internal static class ValidationSchema
{
    /// <summary>Adds the restriction of an attribute; returns it as text if the schema cannot express it.</summary>
    /// <param name="schema">The schema of a parameter or property.</param>
    /// <param name="value">The same, or that of its items.</param>
    /// <param name="attribute">The attribute.</param>
    public static string? Restrict(JsonMap schema, JsonMap value, Attribute attribute)
    {
        bool isText = value["type"] is "string";
        switch (attribute)
        {
            case ValidateSetAttribute set:
                value["enum"] = set.ValidValues.Select(word => isText || value["type"] is null ? word : Value(word)).ToArray();
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
                return $"It matches the regular expression {pattern.RegexPattern}, ignoring case.";
            default:
                break;
        }

        return null;
    }

    /// <summary>PowerShell ignores case by default, and the pattern of a schema never does.</summary>
    private static bool IsSameForSchema(ValidatePatternAttribute pattern) =>
        pattern.Options == RegexOptions.None || (pattern.Options == RegexOptions.IgnoreCase && !Regex.IsMatch(Regex.Replace(pattern.RegexPattern, @"\\.", ""), "[A-Za-z]"));

    private static void Limit(JsonMap value, ValidateRangeAttribute range)
    {
        // [ValidateRange('Positive')] of PowerShell 6 and later does not expose its kind.
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

    private static bool IsNumber(object? value) => value is not null && (ToolTypes.Whole.Contains(value.GetType()) || ToolTypes.Broken.Contains(value.GetType()));

    private static object Value(string word) =>
        bool.TryParse(word, out bool flag) ? flag
        : long.TryParse(word, NumberStyles.Integer, CultureInfo.InvariantCulture, out long whole) ? whole
        : double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number
        : word;
}
