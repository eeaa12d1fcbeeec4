namespace OpenAIStream;

/// <summary>An event of a streamed image: <c>partial_image</c> or <c>completed</c> of <c>image_generation</c> or <c>image_edit</c>.</summary>
public sealed class ImageEvent : StreamChunk
{
    internal static readonly JsonShape Shape = new JsonShape<ImageEvent>(static () => new(), ("usage", ResponseUsage.Shape));

    /// <summary>The event's name.</summary>
    public string? Type => GetString("type");

    /// <summary>Whether the image is finished.</summary>
    public bool IsCompleted => Type?.EndsWith(".completed", StringComparison.Ordinal) == true;

    /// <summary>The image as far as it is, as Base64.</summary>
    [FieldName("b64_json")]
    public string? ImageBase64 => GetString("b64_json");

    /// <summary>Which partial image it is, from 0; null on the finished one.</summary>
    [FieldName("partial_image_index")]
    public int? ImageIndex => GetInt32("partial_image_index");

    /// <summary>When it was made.</summary>
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

    /// <summary>Tokens used, on the finished image.</summary>
    public ResponseUsage? Usage => GetModel<ResponseUsage>("usage");

    /// <inheritdoc/>
    public override string Text => "";
}
