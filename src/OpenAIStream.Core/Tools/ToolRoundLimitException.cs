namespace OpenAIStream;

/// <summary>The model went on asking for tools after as many rounds of them as were allowed.</summary>
public sealed class ToolRoundLimitException : Exception
{
    internal ToolRoundLimitException(int limit, IReadOnlyList<ChatMessage> messages)
        : base($"The model asked for tools again after {limit} rounds of them, which is the limit. Raise -MaximumToolRounds, or ask for less at once.") =>
        Messages = messages;

    /// <summary>The conversation until then, up to the calls that were not run any more.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; }
}
