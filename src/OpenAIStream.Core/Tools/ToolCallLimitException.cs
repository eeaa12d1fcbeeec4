namespace OpenAIStream;

/// <summary>One answer of a model asked for more calls than a <see cref="ToolLoop"/> allows; none of them was run.</summary>
public sealed class ToolCallLimitException : Exception
{
    /// <summary>Creates the exception; a test may need one.</summary>
    /// <param name="message">What happened, in words.</param>
    public ToolCallLimitException(string message)
        : base(message)
    {
    }
}
