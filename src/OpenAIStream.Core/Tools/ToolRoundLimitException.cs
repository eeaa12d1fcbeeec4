namespace OpenAIStream;

/// <summary>The model requested tools again after the maximum number of rounds that a <see cref="ToolLoop"/> allows.</summary>
public sealed class ToolRoundLimitException : Exception
{
    /// <summary>Creates the exception, for example in a test.</summary>
    /// <param name="message">The error message.</param>
    /// <param name="messages">The conversation so far.</param>
    public ToolRoundLimitException(string message, IReadOnlyList<ChatMessage> messages)
        : base(message) => Messages = messages;

    /// <summary>
    /// The conversation so far, up to the calls that were not run. Empty for responses, whose conversation is at the service.
    /// </summary>
    public IReadOnlyList<ChatMessage> Messages { get; }
}
