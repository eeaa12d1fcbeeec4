using System.Globalization;

namespace OpenAIStream;

/// <summary>What the pieces of a stream mean to each other, by their names and values (docs/services.md). The only place with these rules.</summary>
internal static class JoinRules
{
    /// <summary>The fields that arrive in pieces. Every other text replaces the earlier one.</summary>
    private static readonly HashSet<string> Growing = new(StringComparer.Ordinal)
    {
        "content", "text", "output_text", "refusal", "transcript", "summary",
        "reasoning", "reasoning_content", "reasoning_text", "thinking", "thinking_content", "thought",
        "arguments", "input", "partial_json", "code",
    };

    /// <summary>Parts that continue in the next part of the same type if neither has an index.</summary>
    private static readonly HashSet<string> TextParts = new(StringComparer.Ordinal)
    {
        "text", "output_text", "thinking", "reasoning", "reasoning_text", "summary_text", "reasoning.text", "reasoning.summary",
    };

    /// <summary>Whether a value carries no information, and so replaces nothing: null, an empty text, list or object.</summary>
    public static bool IsAbsent(object? value) => value switch
    {
        null => true,
        string text => text.Length == 0,
        JsonModel model => model.Fields.Length == 0,
        Array items => items.Length == 0,
        _ => false,
    };

    /// <summary>The same for a field: a time of 0 carries no information either.</summary>
    public static bool IsAbsent(string field, object? value) => IsAbsent(value) || (value is 0L && IsTime(field));

    /// <summary>Whether the text of a field grows.</summary>
    public static bool Grows(string field) => Growing.Contains(field);

    /// <summary>Whether a field contains audio, which grows by its bytes.</summary>
    /// <param name="owner">The field that contains the object.</param>
    /// <param name="field">The field.</param>
    public static bool IsAudio(string owner, string field) => field == "data" && owner == "audio";

    /// <summary>Whether parts of this type continue in the next one.</summary>
    public static bool IsTextPart(string? type) => type is not null && TextParts.Contains(type);

    /// <summary>The index that a list item specifies; some services write the number as text.</summary>
    public static long? Index(JsonModel item) => item.Find("index") switch
    {
        long index => index,
        string text when long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long index) => index,
        _ => null,
    };

    /// <summary>A text that is not absent.</summary>
    public static string? Text(JsonModel? model, string field) => model?.Find(field) is string { Length: > 0 } text ? text : null;

    private static bool IsTime(string field) => field == "created" || field.EndsWith("_at", StringComparison.Ordinal);
}
