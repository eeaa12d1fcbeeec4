namespace OpenAIStream;

/// <summary>What was given as a prompt cannot be sent as one.</summary>
/// <param name="message">Why, and what to do.</param>
/// <param name="isEmpty">Whether there is nothing in it.</param>
internal sealed class PromptException(string message, bool isEmpty = false) : ArgumentException(message)
{
    public bool IsEmpty { get; } = isEmpty;
}
