namespace OpenAIStream;

/// <summary>The tool calls in a chat message: whether they are complete, and what services omit.</summary>
internal static class ToolCalls
{
    private static readonly HashSet<string> Cut = new(StringComparer.OrdinalIgnoreCase) { "length", "content_filter", "max_tokens" };

    /// <summary>Whether a message may contain an incomplete call. After an unknown finish reason, only complete arguments decide.</summary>
    public static bool IsCut(string? finishReason, IReadOnlyList<ChatToolCall> calls) =>
        finishReason is not null && !FinishReasons.IsInOrder(finishReason)
        && (Cut.Contains(finishReason) || calls.Any(static call => call.Function?.ParsedArguments is null));

    /// <summary>The message with an id for each call that has none, because the result has to contain the id of its call.</summary>
    /// <param name="message">The message.</param>
    /// <param name="place">Its position in the conversation, which no other message has.</param>
    public static ChatMessage WithIds(ChatMessage message, int place)
    {
        if (!message.ToolCalls.Any(static call => string.IsNullOrEmpty(call.Id)))
        {
            return message;
        }

        var copy = (ChatMessage)message.Copy();
        copy.ToolCalls = [.. message.ToolCalls.Select((call, at) => WithId(call, FormattableString.Invariant($"call_{place}_{at}")))];
        return copy;
    }

    private static ChatToolCall WithId(ChatToolCall call, string id)
    {
        var copy = (ChatToolCall)call.Copy();
        copy.Id = string.IsNullOrEmpty(call.Id) ? id : call.Id;
        return copy;
    }
}
