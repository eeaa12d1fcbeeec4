namespace OpenAIStream;

/// <summary>Reasoning that is not a text of its own: parts of the content, or the list that is sent back to the service.</summary>
internal static class ChatReasoning
{
    /// <summary>The text of the parts; null if there are none.</summary>
    public static string? Of(JsonModel message)
    {
        string text = string.Concat(Parts(message, "content").Where(IsPart).Select(Text));
        text = text.Length > 0 ? text : string.Concat(Parts(message, "reasoning_details").Select(Text));
        return text.Length > 0 ? text : null;
    }

    /// <summary>Whether a part of the content is reasoning instead of the answer.</summary>
    public static bool IsPart(JsonModel part) => part.Find("type") is "thinking" or "reasoning" or "reasoning_text" or "redacted_thinking";

    private static IEnumerable<JsonModel> Parts(JsonModel owner, string field) => (owner.Find(field) as object?[] ?? []).OfType<JsonModel>();

    private static string Text(JsonModel part) =>
        part.Find("thinking") as string
        ?? part.Find("text") as string
        ?? part.Find("summary") as string
        ?? part.Find("reasoning") as string
        ?? string.Concat(Parts(part, "thinking").Concat(Parts(part, "summary")).Select(Text));
}
