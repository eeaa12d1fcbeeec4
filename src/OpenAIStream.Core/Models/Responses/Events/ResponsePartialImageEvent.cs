namespace OpenAIStream;

/// <summary>A partial image.</summary>
public sealed class ResponsePartialImageEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponsePartialImageEvent>(static () => new());

    /// <summary>The image as Base64.</summary>
    [FieldName("partial_image_b64")]
    public string? ImageBase64 => GetString("partial_image_b64");

    /// <summary>The index of the partial image, starting at 0.</summary>
    [FieldName("partial_image_index")]
    public int? ImageIndex => GetInt32("partial_image_index");

    /// <summary>Width and height in pixels, such as 1024x1024.</summary>
    public string? Size => GetString("size");

    /// <summary>The quality.</summary>
    public string? Quality => GetString("quality");

    /// <summary>The kind of background.</summary>
    public string? Background => GetString("background");

    /// <summary>The format: png, webp or jpeg.</summary>
    public string? OutputFormat => GetString("output_format");
}
