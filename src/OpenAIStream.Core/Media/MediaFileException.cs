namespace OpenAIStream;

/// <summary>A file that cannot go into a message.</summary>
/// <param name="id">A stable name for what is wrong with it.</param>
/// <param name="path">The file.</param>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="innerException">What the system said.</param>
internal sealed class MediaFileException(string id, string path, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public string Id { get; } = id;

    public string Path { get; } = path;
}
