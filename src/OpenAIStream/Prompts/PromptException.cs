namespace OpenAIStream;

/// <summary>An object that cannot be sent as a prompt.</summary>
/// <param name="message">The reason, and what to do.</param>
/// <param name="isEmpty">Whether it is empty.</param>
internal sealed class PromptException(string message, bool isEmpty = false) : ArgumentException(message)
{
    public bool IsEmpty { get; } = isEmpty;
}
