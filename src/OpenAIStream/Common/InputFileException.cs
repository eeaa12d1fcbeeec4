namespace OpenAIStream;

/// <summary>A parameter specifies a file or an address that cannot be used.</summary>
/// <param name="id">The id of the error.</param>
/// <param name="path">The value of the parameter.</param>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="innerException">The exception of the system.</param>
internal sealed class InputFileException(string id, string path, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public string Id { get; } = id;

    public string Path { get; } = path;
}
