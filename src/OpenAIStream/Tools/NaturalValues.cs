using System.Collections.Specialized;
using System.Management.Automation;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>
/// Converts JSON to PowerShell's own values, for parameters that accept anything. Each value comes with its text, which has
/// all digits of a number.
/// </summary>
internal static class NaturalValues
{
    /// <summary>A value: objects keep their order, and find names without regard to case unless that would merge two names.</summary>
    public static object? Of(object? value, JsonElement text) => value switch
    {
        long or double => JsonNumbers.Natural(text.GetRawText()),
        JsonMap map => Ordered(map, text),
        Array items => Items(items, text).Select(static item => Of(item.Value, item.Text)).ToArray(),
        _ => value,
    };

    /// <summary>An object as a dictionary that keeps the order.</summary>
    public static OrderedDictionary Ordered(JsonMap map, JsonElement text)
    {
        var fields = new OrderedDictionary(Comparer(map));
        foreach (var (name, value, exact) in Fields(map, text))
        {
            fields[name] = Of(value, exact);
        }

        return fields;
    }

    /// <summary>An object as ConvertFrom-Json would create it; what a custom object cannot hold is a dictionary.</summary>
    public static object Bag(JsonMap map, JsonElement text)
    {
        if (map.Contains("") || ReferenceEquals(Comparer(map), StringComparer.Ordinal))
        {
            return Ordered(map, text);
        }

        var bag = new PSObject();
        foreach (var (name, value, exact) in Fields(map, text))
        {
            bag.Properties.Add(new PSNoteProperty(name, InBag(value, exact)));
        }

        return bag;
    }

    /// <summary>How the names of an object are compared.</summary>
    public static StringComparer Comparer(JsonMap map) =>
        map.GetFieldNames().Distinct(StringComparer.OrdinalIgnoreCase).Count() == map.GetFieldNames().Count() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <summary>The fields of an object, with their texts.</summary>
    public static IEnumerable<(string Name, object? Value, JsonElement Text)> Fields(JsonMap map, JsonElement exact)
    {
        using var texts = exact.EnumerateObject();
        foreach (string name in map.GetFieldNames())
        {
            texts.MoveNext();
            yield return (name, map[name], texts.Current.Value);
        }
    }

    /// <summary>The items of a list, with their texts.</summary>
    public static IEnumerable<(object? Value, JsonElement Text)> Items(Array items, JsonElement exact)
    {
        using var texts = exact.EnumerateArray();
        foreach (object? item in items)
        {
            texts.MoveNext();
            yield return (item, texts.Current);
        }
    }

    private static object? InBag(object? value, JsonElement text) => value switch
    {
        JsonMap map => Bag(map, text),
        Array items => Items(items, text).Select(static item => InBag(item.Value, item.Text)).ToArray(),
        _ => Of(value, text),
    };
}
