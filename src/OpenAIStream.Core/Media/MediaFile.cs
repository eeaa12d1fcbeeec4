namespace OpenAIStream;

/// <summary>A file as a part of a message.</summary>
internal static class MediaFile
{
    /// <summary>An image as a part of a chat message.</summary>
    /// <exception cref="MediaFileException">It cannot be read, is too large, or is no image.</exception>
    public static JsonMap Image(string path, string? detail, long maximumSize)
    {
        var (kind, content) = Read(path, "image", maximumSize);
        return ImageUrl(DataUri(kind, content), detail);
    }

    /// <summary>An image by its address as a part of a chat message.</summary>
    public static JsonMap ImageUrl(string address, string? detail)
    {
        var image = new JsonMap { ["url"] = address };
        if (detail is not null)
        {
            image["detail"] = detail;
        }

        return new JsonMap { ["type"] = "image_url", ["image_url"] = image };
    }

    /// <summary>A recording as a part of a chat message.</summary>
    /// <inheritdoc cref="Image" path="/exception"/>
    public static JsonMap Audio(string path, long maximumSize)
    {
        var (kind, content) = Read(path, "audio", maximumSize);
        var audio = new JsonMap
        {
            ["data"] = Convert.ToBase64String(content),
            ["format"] = kind.MediaType == "audio/wav" ? "wav" : "mp3",
        };
        return new JsonMap { ["type"] = "input_audio", ["input_audio"] = audio };
    }

    /// <summary>A document as a part of a chat message.</summary>
    /// <inheritdoc cref="Image" path="/exception"/>
    public static JsonMap Document(string path, long maximumSize)
    {
        var (kind, content) = Read(path, "document", maximumSize);
        var file = new JsonMap { ["filename"] = Path.GetFileName(path), ["file_data"] = DataUri(kind, content) };
        return new JsonMap { ["type"] = "file", ["file"] = file };
    }

    private static (MediaKind Kind, byte[] Content) Read(string path, string family, long maximumSize)
    {
        byte[] content;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            if (file.Length > maximumSize)
            {
                throw new MediaFileException("FileTooLarge", path,
                    FormattableString.Invariant($"'{path}' has {file.Length:N0} bytes, and the limit is {maximumSize:N0}. Make it smaller, or raise -MaximumSize."));
            }

            content = new byte[file.Length];
            using var memory = new MemoryStream(content);
            file.CopyTo(memory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new MediaFileException("FileNotReadable", path, $"'{path}' cannot be read: {exception.Message}", exception);
        }

        var kind = MediaKind.Of(content);
        return kind is not null && kind.Family == family ? (kind, content) : throw WrongKind(path, family, kind);
    }

    private static MediaFileException WrongKind(string path, string family, MediaKind? kind)
    {
        string wanted = family switch
        {
            "image" => "-ImagePath takes PNG, JPEG, GIF and WebP",
            "audio" => "-AudioPath takes WAV and MP3",
            _ => "-FilePath takes PDF",
        };
        string found = kind is null
            ? $"The content of '{path}' is of no type that can be sent; {wanted}."
            : $"'{path}' is {kind.MediaType}; {wanted}. Use {(kind.Family switch { "image" => "-ImagePath", "audio" => "-AudioPath", _ => "-FilePath" })}.";
        return new MediaFileException("UnsupportedMediaType", path, found);
    }

    private static string DataUri(MediaKind kind, byte[] content) => $"data:{kind.MediaType};base64,{Convert.ToBase64String(content)}";
}
