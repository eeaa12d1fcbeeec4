namespace OpenAIStream;

/// <summary>
/// The content of a request. A body can be sent again for a retry or a redirect, and can be shared by requests. A file is
/// read while it is sent, and is never in memory as a whole.
/// </summary>
public abstract class RequestBody
{
    internal const string JsonType = "application/json";
    private const string AnyType = "application/octet-stream";

    private protected RequestBody()
    {
    }

    /// <summary>An empty body, for methods that have one.</summary>
    internal static RequestBody Empty { get; } = new BytesBody([], null);

    /// <summary>The media type; null for a body without one.</summary>
    public abstract string? ContentType { get; }

    /// <summary>The number of bytes; null if it is not known before they are sent.</summary>
    public abstract long? Length { get; }

    /// <summary>The object from which the body was created; null for any other body.</summary>
    internal virtual JsonModel? Fields => null;

    /// <summary>The content if it is in memory; null if it is read while it is sent.</summary>
    internal virtual byte[]? Content => null;

    /// <summary>A model as a body of JSON; null for null. The same as <see cref="FromJson"/>.</summary>
    public static implicit operator RequestBody?(JsonModel? fields) => fields is null ? null : FromJson(fields);

    /// <summary>The pieces to send, in order. Each is opened when its turn comes; the caller disposes it.</summary>
    internal abstract IEnumerable<Stream> Open();

    /// <summary>Reads the whole content into memory.</summary>
    internal async Task<byte[]> ReadAllAsync()
    {
        if (Content is byte[] content)
        {
            return content;
        }

        using var read = new MemoryStream();
        foreach (var piece in Open())
        {
            using (piece)
            {
                await piece.CopyToAsync(read).ConfigureAwait(false);
            }
        }

        return read.ToArray();
    }

    /// <summary>Creates a body of JSON.</summary>
    /// <param name="fields">The object: a <see cref="JsonMap"/>, or the model of a request. Later changes to it are not sent.</param>
    public static RequestBody FromJson(JsonModel fields)
    {
        Guard.NotNull(fields, nameof(fields));
        return new BytesBody(JsonModelWriter.ToUtf8(fields), JsonType, fields.Copy());
    }

    /// <summary>Creates a body of text in UTF-8.</summary>
    /// <param name="text">The text.</param>
    /// <param name="contentType">The media type of the text.</param>
    /// <exception cref="FormatException">The media type is not valid.</exception>
    public static RequestBody FromText(string text, string contentType = JsonType)
    {
        Guard.NotNull(text, nameof(text));
        return new BytesBody(System.Text.Encoding.UTF8.GetBytes(text), contentType);
    }

    /// <summary>Creates a body of bytes.</summary>
    /// <param name="bytes">The bytes. Do not change them before they have been sent.</param>
    /// <param name="contentType">The media type of the bytes.</param>
    /// <exception cref="FormatException">The media type is not valid.</exception>
    public static RequestBody FromBytes(byte[] bytes, string contentType = AnyType)
    {
        Guard.NotNull(bytes, nameof(bytes));
        return new BytesBody(bytes, contentType);
    }

    /// <summary>Creates a body from the content of a file.</summary>
    /// <param name="path">The file. If it changes before it is sent, the request fails.</param>
    /// <param name="contentType">The media type; null, the default, detects it from the content or the name.</param>
    /// <exception cref="IOException">The file does not exist, cannot be read, is empty, or is not a regular file (a device, a pipe).</exception>
    /// <exception cref="FormatException">The media type is not valid.</exception>
    public static RequestBody FromFile(string path, string? contentType = null)
    {
        var file = SentFile.At(path);
        return new StreamBody(file.Open, file.Length, contentType ?? file.ContentType);
    }

    /// <summary>Creates a body that is read while it is sent.</summary>
    /// <param name="open">Opens the content at its beginning, again for each attempt. The client disposes what it opens.</param>
    /// <param name="length">The number of bytes; null if unknown, which not every server accepts.</param>
    /// <param name="contentType">The media type of the content.</param>
    /// <exception cref="FormatException">The media type is not valid.</exception>
    public static RequestBody FromStream(Func<Stream> open, long? length, string contentType = AnyType)
    {
        Guard.NotNull(open, nameof(open));
        return new StreamBody(open, length, contentType);
    }

    /// <summary>Creates a body of JSON that is already in UTF-8.</summary>
    internal static RequestBody FromUtf8(byte[] json, JsonModel? fields = null) => new BytesBody(json, JsonType, fields);

    /// <exception cref="FormatException">The media type is not valid.</exception>
    private static string? Checked(string? contentType) => contentType is null || System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType, out _)
        ? contentType
        : throw new FormatException($"'{contentType}' is not a media type such as {JsonType}.");

    private sealed class BytesBody(byte[] content, string? contentType, JsonModel? fields = null) : RequestBody
    {
        public override string? ContentType { get; } = Checked(contentType);

        public override long? Length => content.Length;

        internal override JsonModel? Fields => fields;

        internal override byte[] Content => content;

        internal override IEnumerable<Stream> Open() => [new MemoryStream(content, writable: false)];
    }

    private sealed class StreamBody(Func<Stream> open, long? length, string contentType) : RequestBody
    {
        public override string? ContentType { get; } = Checked(contentType);

        public override long? Length => length;

        internal override IEnumerable<Stream> Open() => [open()];
    }
}
