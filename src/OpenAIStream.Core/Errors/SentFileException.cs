namespace OpenAIStream;

/// <summary>A file that is being sent has changed, or can no longer be read. What the service received of it is not used.</summary>
/// <param name="path">The file.</param>
/// <param name="message">The message.</param>
/// <param name="innerException">The exception that caused the error.</param>
public sealed class SentFileException(string path, string message, Exception? innerException = null) : IOException(message, innerException)
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;
}
