using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>A property's value as a view shows it: what text it holds is safe for a terminal.</summary>
internal static class ShownValue
{
    private const int MostItems = 4; // as the engine does without a $FormatEnumerationLimit of the user's own

    /// <summary>Numbers, dates and the like as they are, for the engine writes them as the user's culture does; everything else as safe text.</summary>
    public static object? Of(object? value) => PlainValue.Base(value) switch
    {
        null or "" => null,
        ValueType plain => plain,
        _ => SafeText.Of(Text(value)),
    };

    /// <summary>The text that the engine would write; it is not safe yet.</summary>
    public static string Text(object? value) => PlainValue.Base(value) switch
    {
        null => "",
        PSCustomObject => value!.ToString() ?? "",
        string text => text,
        JsonModel model => model.ToString(),
        IDictionary map => "{" + Items(map.Keys.Cast<object?>().Select(key => $"[{key}, {Text(map[key!])}]")) + "}",
        IEnumerable items => "{" + Items(items.Cast<object?>().Select(Text)) + "}",
        var other => Convert.ToString(other, CultureInfo.CurrentCulture) ?? "",
    };

    private static string Items(IEnumerable<string> items)
    {
        string[] first = [.. items.Take(MostItems + 1)];
        return string.Join(", ", first.Take(MostItems)) + (first.Length > MostItems ? "…" : "");
    }
}
