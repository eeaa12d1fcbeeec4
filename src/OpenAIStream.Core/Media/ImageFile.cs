namespace OpenAIStream;

/// <summary>An image file to send in a form.</summary>
public sealed class ImageFile
{
    /// <summary>The default limit: 50 MB, OpenAI's limit for an image to edit.</summary>
    public const long DefaultMaximumSize = 50 * 1024 * 1024;

    /// <summary>Creates an image file from its content.</summary>
    /// <param name="fileName">The file name that is sent to the service.</param>
    /// <param name="content">The bytes of the file. Its type is detected from them, not from the name.</param>
    public ImageFile(string fileName, byte[] content)
    {
        Guard.NotNull(fileName, nameof(fileName));
        Guard.NotNull(content, nameof(content));
        FileName = fileName;
        Content = content;
    }

    /// <summary>The file name that is sent to the service.</summary>
    public string FileName { get; }

    /// <summary>The bytes of the file.</summary>
    public byte[] Content { get; }

    /// <summary>Reads an image to edit. A file that is empty or not an image is refused; the service determines which image formats it accepts.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maximumSize">The maximum size of the file in bytes.</param>
    /// <exception cref="MediaFileException">The file cannot be read, is empty or too large, or has another type.</exception>
    public static ImageFile Read(string path, long maximumSize = DefaultMaximumSize) => Read(path, false, maximumSize);

    /// <summary>Reads a mask or a markup: a PNG with transparent areas.</summary>
    /// <inheritdoc cref="Read(string, long)"/>
    public static ImageFile ReadMask(string path, long maximumSize = DefaultMaximumSize) => Read(path, true, maximumSize);

    /// <summary>The name of the file.</summary>
    public override string ToString() => FileName;

    private static ImageFile Read(string path, bool isMask, long maximumSize)
    {
        byte[] content = MediaFile.Content(path, maximumSize);
        if (MediaKind.Of(content) is MediaKind kind && (isMask ? kind.MediaType != "image/png" : kind.Family != "image"))
        {
            throw MediaFile.WrongKind(path, isMask ? "mask" : "image", kind);
        }

        return new ImageFile(Path.GetFileName(path), content);
    }
}
