using System.Globalization;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>Where two JSON values differ.</summary>
internal static class JsonDifference
{
    private const int LongestQuote = 60;

    /// <summary>One line for each difference, such as <c>$.model (requested "a", recorded "b")</c>.</summary>
    public static IEnumerable<string> Between(JsonElement asked, JsonElement recorded, string path = "$")
    {
        if (asked.ValueKind == JsonValueKind.Object && recorded.ValueKind == JsonValueKind.Object)
        {
            return BetweenObjects(asked, recorded, path);
        }

        if (asked.ValueKind == JsonValueKind.Array && recorded.ValueKind == JsonValueKind.Array)
        {
            return BetweenArrays(asked, recorded, path);
        }

        return AreEqual(asked, recorded) ? [] : [$"{path} (requested {Quote(asked)}, recorded {Quote(recorded)})"];
    }

    private static IEnumerable<string> BetweenObjects(JsonElement asked, JsonElement recorded, string path)
    {
        foreach (var field in asked.EnumerateObject())
        {
            string at = $"{path}.{field.Name}";
            string[] differences = recorded.TryGetProperty(field.Name, out var value) ? [.. Between(field.Value, value, at)]
                : IsNoStream(field, path) ? []
                : [$"{at} (requested {Quote(field.Value)}, not recorded)"];
            foreach (string difference in differences)
            {
                yield return difference;
            }
        }

        foreach (var field in recorded.EnumerateObject().Where(field => !asked.TryGetProperty(field.Name, out _) && !IsNoStream(field, path)))
        {
            yield return $"{path}.{field.Name} (not requested, recorded {Quote(field.Value)})";
        }
    }

    /// <summary>Whether a field says that nothing is streamed; in older recordings, requests said so by omitting it.</summary>
    private static bool IsNoStream(JsonProperty field, string path) =>
        path == "$" && field.NameEquals("stream") && (field.Value.ValueKind == JsonValueKind.False || (field.Value.ValueKind == JsonValueKind.String && field.Value.ValueEquals("false")));

    private static IEnumerable<string> BetweenArrays(JsonElement asked, JsonElement recorded, string path)
    {
        for (int i = 0; i < Math.Min(asked.GetArrayLength(), recorded.GetArrayLength()); i++)
        {
            foreach (string difference in Between(asked[i], recorded[i], FormattableString.Invariant($"{path}[{i}]")))
            {
                yield return difference;
            }
        }

        if (asked.GetArrayLength() != recorded.GetArrayLength())
        {
            yield return FormattableString.Invariant($"{path} (requested {asked.GetArrayLength()} items, recorded {recorded.GetArrayLength()})");
        }
    }

    private static bool AreEqual(JsonElement one, JsonElement other) => one.ValueKind == other.ValueKind && one.ValueKind switch
    {
        JsonValueKind.String => Text(one) == Text(other),
        JsonValueKind.Number => one.GetRawText() == other.GetRawText() || (Number(one) is decimal number && number == Number(other)),
        _ => true,
    };

    private static decimal? Number(JsonElement number) =>
        decimal.TryParse(number.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value) ? value : null;

    // Half a surrogate pair is valid JSON, but not text.
    private static string Text(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return text.GetRawText();
        }
    }

    private static string Quote(JsonElement value)
    {
        string text = value.ValueKind is JsonValueKind.String ? $"\"{Text(value)}\"" : value.GetRawText();
        return Excerpt.OneLine(text, LongestQuote);
    }
}
