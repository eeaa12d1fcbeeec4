namespace OpenAIStream;

/// <summary>An image that the model created.</summary>
public sealed class ResponseImageItem : ResponseItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseImageItem>(static () => new());

    /// <summary>The image as Base64.</summary>
    [FieldName("result")]
    public string? ImageBase64 => GetString("result");

    /// <summary>The prompt as the model understood it.</summary>
    public string? RevisedPrompt => GetString("revised_prompt");

    /// <summary>Width and height in pixels.</summary>
    public string? Size => GetString("size");

    /// <summary>The quality.</summary>
    public string? Quality => GetString("quality");

    /// <summary>The action: generate or edit.</summary>
    public string? Action => GetString("action");

    /// <summary>The kind of background: transparent, opaque, auto.</summary>
    public string? Background => GetString("background");

    /// <summary>Why there is no image: code and message.</summary>
    public JsonMap? Error => GetModel<JsonMap>("error");

    /// <summary>The tokens of the model that wrote an SVG image.</summary>
    public JsonMap? SvgUsage => GetModel<JsonMap>("svg_usage");

    /// <summary>The format: png, webp, jpeg, gif or svg.</summary>
    public string? OutputFormat => GetString("output_format");

    /// <summary>The prompt as the model understood it, or the size of the image. Never the image itself.</summary>
    public override string ToString() => RevisedPrompt ?? GeneratedImage.Describe(this, "result") ?? base.ToString();
}
