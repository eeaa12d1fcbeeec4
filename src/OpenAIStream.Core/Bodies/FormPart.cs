namespace OpenAIStream;

/// <summary>A part of a form.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="FileName">The file's name; null for a field.</param>
/// <param name="Open">Opens the content at its beginning.</param>
/// <param name="Length">How many bytes it has; null where that is not known.</param>
/// <param name="ContentType">A file's media type.</param>
internal sealed record FormPart(string Name, string? FileName, Func<Stream> Open, long? Length, string? ContentType)
{
    public static FormPart Of(string name, string? fileName, byte[] content, string? contentType) =>
        new(name, fileName, () => new MemoryStream(content, writable: false), content.Length, contentType);
}
