namespace OpenAIStream;

/// <summary>An event of a streamed image: <c>partial_image</c> or <c>completed</c> of <c>image_generation</c> or <c>image_edit</c>.</summary>
public sealed class ImageEvent : StreamChunk
{
    internal static readonly JsonShape Shape = new JsonShape<ImageEvent>(static () => new(), ("usage", ResponseUsage.Shape), ("data", GeneratedImage.Shape));

    /// <summary>The name of the event.</summary>
    public string? Type => GetString("type");

    /// <summary>Whether the image is finished.</summary>
    public bool IsCompleted => IsWhole || Type?.EndsWith(".completed", StringComparison.Ordinal) == true;

    /// <summary>The image so far, as Base64; if all images were sent at once, the first of them.</summary>
    [FieldName("b64_json")]
    public string? ImageBase64 => IsWhole ? FirstImage?.ImageBase64 : GetString("b64_json");

    /// <summary>All images, if a service that does not stream sent them at once; otherwise empty.</summary>
    public IReadOnlyList<GeneratedImage> Data => GetList<GeneratedImage>("data");

    /// <summary>The index of the partial image, starting at 0; null on the finished image.</summary>
    [FieldName("partial_image_index")]
    public int? ImageIndex => GetInt32("partial_image_index");

    /// <summary>When the image was created.</summary>
    [FieldName("created_at")]
    public DateTimeOffset? Created => GetUnixTime("created_at");

    /// <summary>Width and height in pixels, such as 1024x1024.</summary>
    public string? Size => GetString("size");

    /// <summary>The quality.</summary>
    public string? Quality => GetString("quality");

    /// <summary>The kind of background.</summary>
    public string? Background => GetString("background");

    /// <summary>The format: png, webp or jpeg.</summary>
    public string? OutputFormat => GetString("output_format");

    /// <summary>The name of the end user that the service used for abuse detection, on the finished image.</summary>
    public string? SafetyIdentifier => GetString("safety_identifier");

    /// <summary>The tokens used, on the finished image.</summary>
    public ResponseUsage? Usage => GetModel<ResponseUsage>("usage");

    /// <inheritdoc/>
    public override string Text => "";

    /// <summary>Returns the image so far.</summary>
    /// <exception cref="ResponseFormatException">There is none, or it is not Base64.</exception>
    public byte[] ToBytes() => IsWhole ? MediaBytes.Read(FirstImage, "b64_json", "image", FirstImage?.Url) : MediaBytes.Read(this, "b64_json", "image", GetString("url"));

    /// <summary>Whether it contains all images, from a service that does not stream.</summary>
    internal bool IsWhole => Type is null && Contains("data");

    /// <summary>Whether it contains neither an image nor the address of one.</summary>
    internal bool IsEmpty => IsWhole
        ? Data.All(static image => image.IsEmpty)
        : !HasText("b64_json") && !HasText("url");

    private GeneratedImage? FirstImage => Data.Count > 0 ? Data[0] : null;
}
