using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>The value of a property as a view shows it: text in it is safe for a terminal.</summary>
internal static class ShownValue
{
    private const int MostItems = 4; // like the engine without a $FormatEnumerationLimit of the user

    /// <summary>Numbers, dates and the like unchanged, because the engine writes them in the culture of the user; everything else as safe text.</summary>
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
