namespace OpenAIStream;

/// <summary>
/// Creates parts of a chat message from files. The type of a file is detected from its content, not from its name. Set the
/// parts as the content of the message: <c>message["content"] = new[] { text, image }</c>.
/// </summary>
public static class MediaFile
{
    /// <summary>The default limit: 20 MB.</summary>
    public const long DefaultMaximumSize = 20 * 1024 * 1024;

    /// <summary>Creates a part of text, to use alongside other parts.</summary>
    public static JsonMap Text(string text) => new() { ["type"] = "text", ["text"] = text };

    /// <summary>Creates a part from an image, a recording or a document, detected from the content of the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="detail">How closely the model looks at an image: auto, low, high. Without it, the service decides.</param>
    /// <param name="maximumSize">The maximum size of the file in bytes.</param>
    /// <exception cref="MediaFileException">The file cannot be read, is too large, or has another type.</exception>
    public static JsonMap Part(string path, string? detail = null, long maximumSize = DefaultMaximumSize)
    {
        var (kind, content) = Read(path, null, maximumSize);
        return kind.Family switch
        {
            "image" => ImagePart(kind, content, detail),
            "audio" => AudioPart(kind, content),
            _ => DocumentPart(path, kind, content),
        };
    }

    /// <summary>Creates a part from an image: PNG, JPEG, GIF or WebP.</summary>
    /// <param name="path">The file.</param>
    /// <param name="detail">How closely the model looks at it: auto, low, high. Without it, the service decides.</param>
    /// <param name="maximumSize">The maximum size of the file in bytes.</param>
    /// <exception cref="MediaFileException">The file cannot be read, is too large, or has another type.</exception>
    public static JsonMap Image(string path, string? detail = null, long maximumSize = DefaultMaximumSize)
    {
        var (kind, content) = Read(path, "image", maximumSize);
        return ImagePart(kind, content, detail);
    }

    /// <summary>Creates a part from the address of an image that the service downloads itself.</summary>
    public static JsonMap ImageUrl(string address, string? detail = null)
    {
        var image = new JsonMap { ["url"] = address };
        if (detail is not null)
        {
            image["detail"] = detail;
        }

        return new JsonMap { ["type"] = "image_url", ["image_url"] = image };
    }

    /// <summary>Creates a part from a recording: WAV or MP3.</summary>
    /// <inheritdoc cref="Image" path="/exception"/>
    public static JsonMap Audio(string path, long maximumSize = DefaultMaximumSize)
    {
        var (kind, content) = Read(path, "audio", maximumSize);
        return AudioPart(kind, content);
    }

    /// <summary>Creates a part from a document: PDF.</summary>
    /// <inheritdoc cref="Image" path="/exception"/>
    public static JsonMap Document(string path, long maximumSize = DefaultMaximumSize)
    {
        var (kind, content) = Read(path, "document", maximumSize);
        return DocumentPart(path, kind, content);
    }

    /// <summary>Creates a part from the id of a stored file: <see cref="OpenAIFile.Id"/>.</summary>
    public static JsonMap Kept(string fileId) => new() { ["type"] = "file", ["file"] = new JsonMap { ["file_id"] = fileId } };

    /// <summary>Returns any file as a data URL (<c>data:audio/wav;base64,...</c>), as some fields of requests accept it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maximumSize">The maximum size of the file in bytes.</param>
    /// <exception cref="MediaFileException">The file cannot be read, is empty or too large.</exception>
    public static string DataUrl(string path, long maximumSize = DefaultMaximumSize)
    {
        byte[] content = Content(path, maximumSize);
        return ToUrl(MediaKind.TypeOf(content, path), content);
    }

    /// <summary>Reads the bytes of a file for <see cref="TranscriptionRequest.Audio"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maximumSize">The maximum number of bytes.</param>
    /// <exception cref="MediaFileException">The file cannot be read, is not a regular file (a device, a pipe), is empty or too large.</exception>
    public static byte[] Content(string path, long maximumSize = DefaultMaximumSize)
    {
        Guard.NotNull(path, nameof(path));
        if (Directory.Exists(path))
        {
            throw new MediaFileException(MediaFileFault.NotReadable, path, $"'{path}' is a directory, not a file.");
        }

        try
        {
            if (Compat.LengthOf(path) == 0) // opening a pipe would block, and a device may have no end
            {
                throw new MediaFileException(MediaFileFault.Empty, path, $"'{path}' is empty or not a regular file. Devices and pipes are not read.");
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            if (file.Length > maximumSize)
            {
                throw new MediaFileException(MediaFileFault.TooLarge, path,
                    FormattableString.Invariant($"'{path}' has {file.Length:N0} bytes; the limit is {maximumSize:N0}."));
            }

            byte[] content = new byte[file.Length];
            using var memory = new MemoryStream(content);
            file.CopyTo(memory);
            return content.Length > 0 ? content : throw new MediaFileException(MediaFileFault.Empty, path, $"'{path}' is empty.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new MediaFileException(MediaFileFault.NotReadable, path, $"'{path}' cannot be read: {exception.Message}", exception);
        }
    }

    private static JsonMap ImagePart(MediaKind kind, byte[] content, string? detail) => ImageUrl(ToUrl(kind.MediaType, content), detail);

    private static JsonMap AudioPart(MediaKind kind, byte[] content)
    {
        var audio = new JsonMap
        {
            ["data"] = Convert.ToBase64String(content),
            ["format"] = kind.MediaType == "audio/wav" ? "wav" : "mp3",
        };
        return new JsonMap { ["type"] = "input_audio", ["input_audio"] = audio };
    }

    private static JsonMap DocumentPart(string path, MediaKind kind, byte[] content)
    {
        var file = new JsonMap { ["filename"] = Path.GetFileName(path), ["file_data"] = ToUrl(kind.MediaType, content) };
        return new JsonMap { ["type"] = "file", ["file"] = file };
    }

    /// <param name="path">The file.</param>
    /// <param name="family">The required family; null for any known type.</param>
    /// <param name="maximumSize">The maximum number of bytes.</param>
    private static (MediaKind Kind, byte[] Content) Read(string path, string? family, long maximumSize)
    {
        byte[] content = Content(path, maximumSize);
        var kind = MediaKind.Of(content);
        return kind is not null && (family is null || kind.Family == family) ? (kind, content) : throw WrongKind(path, family, kind);
    }

    /// <summary>The error for a file that is not of the required family.</summary>
    internal static MediaFileException WrongKind(string path, string? family, MediaKind? kind)
    {
        string wanted = family switch
        {
            "mask" => "A mask or markup must be a PNG with transparent areas.",
            "image" => "The image formats PNG, JPEG, GIF and WebP are supported.",
            "audio" => "The audio formats WAV and MP3 are supported.",
            "document" => "The document format PDF is supported.",
            _ => "The formats PNG, JPEG, GIF, WebP, WAV, MP3 and PDF are supported.",
        };
        string found = kind is null ? $"The type of '{path}' is unknown." : $"'{path}' is {kind.MediaType}.";
        return new MediaFileException(MediaFileFault.UnsupportedType, path, $"{found} {wanted}") { MediaType = kind?.MediaType };
    }

    private static string ToUrl(string mediaType, byte[] content) => $"data:{mediaType};base64,{Convert.ToBase64String(content)}";
}
