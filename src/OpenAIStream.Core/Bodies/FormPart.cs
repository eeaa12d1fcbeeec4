namespace OpenAIStream;

/// <summary>A part of a form.</summary>
/// <param name="Name">The name of the field.</param>
/// <param name="FileName">The name of the file; null for a field.</param>
/// <param name="Open">Opens the content at its beginning.</param>
/// <param name="Length">The number of bytes; null if unknown.</param>
/// <param name="ContentType">The media type of a file.</param>
internal sealed record FormPart(string Name, string? FileName, Func<Stream> Open, long? Length, string? ContentType)
{
    public static FormPart Of(string name, string? fileName, byte[] content, string? contentType) =>
        new(name, fileName, () => new MemoryStream(content, writable: false), content.Length, contentType);
}
