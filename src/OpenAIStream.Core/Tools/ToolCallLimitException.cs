namespace OpenAIStream;

/// <summary>One answer of a model requested more tool calls than a <see cref="ToolLoop"/> allows; none of them was run.</summary>
public sealed class ToolCallLimitException : Exception
{
    /// <summary>Creates the exception, for example in a test.</summary>
    /// <param name="message">The error message.</param>
    public ToolCallLimitException(string message)
        : base(message)
    {
    }
}
