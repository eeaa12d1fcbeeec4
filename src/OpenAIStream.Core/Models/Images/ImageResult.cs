namespace OpenAIStream;

/// <summary>The images of a request without streaming.</summary>
public sealed class ImageResult : Answer
{
    internal static readonly JsonShape Shape = new JsonShape<ImageResult>(
        static () => new(),
        ("data", GeneratedImage.Shape),
        ("usage", ResponseUsage.Shape),
        ("svg_usage", SvgUsage.Shape));

    /// <summary>When they were created.</summary>
    public DateTimeOffset? Created => GetUnixTime("created");

    /// <summary>The images.</summary>
    public IReadOnlyList<GeneratedImage> Data => GetList<GeneratedImage>("data");

    /// <summary>Width and height in pixels, such as 1024x1024.</summary>
    public string? Size => GetString("size");

    /// <summary>The quality.</summary>
    public string? Quality => GetString("quality");

    /// <summary>The kind of background.</summary>
    public string? Background => GetString("background");

    /// <summary>The format: png, webp, jpeg, gif or svg.</summary>
    public string? OutputFormat => GetString("output_format");

    /// <summary>The name of the end user that the service used for abuse detection.</summary>
    public string? SafetyIdentifier => GetString("safety_identifier");

    /// <summary>The tokens used.</summary>
    public ResponseUsage? Usage => GetModel<ResponseUsage>("usage");

    /// <summary>The tokens used to write svg, without those for the image.</summary>
    public SvgUsage? SvgUsage => GetModel<SvgUsage>("svg_usage");

    /// <inheritdoc/>
    public override string Text => "";

    /// <summary>The images, one per line, each as <see cref="GeneratedImage.ToString"/>.</summary>
    public override string ToString() => string.Join("\n", Data);
}

/// <summary>One image.</summary>
public sealed class GeneratedImage : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<GeneratedImage>(static () => new());

    /// <summary>The image as Base64.</summary>
    [FieldName("b64_json")]
    public string? ImageBase64 => GetString("b64_json");

    /// <summary>The address of the image, for services that store it.</summary>
    public string? Url => GetString("url");

    /// <summary>The prompt as the model understood it.</summary>
    public string? RevisedPrompt => GetString("revised_prompt");

    /// <summary>Returns the image.</summary>
    /// <exception cref="ResponseFormatException">There is none, or it is not Base64.</exception>
    public byte[] ToBytes() => MediaBytes.Read(this, "b64_json", "image", Url);

    /// <summary>Whether there is neither an image nor an address.</summary>
    internal bool IsEmpty => !HasText("b64_json") && !HasText("url");

    /// <summary>
    /// The address of the image, for services that store it; otherwise the prompt as the model understood it, or its size.
    /// Never the image itself.
    /// </summary>
    public override string ToString() => Url ?? RevisedPrompt ?? Describe(this, "b64_json") ?? base.ToString();

    /// <summary>The description of an image without another name; null if there is no image.</summary>
    internal static string? Describe(JsonModel model, string field) =>
        MediaBytes.CountBytes(model, field) is long count ? FormattableString.Invariant($"image of {count} bytes") : null;
}

/// <summary>The tokens that writing svg used.</summary>
public sealed class SvgUsage : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<SvgUsage>(static () => new());

    /// <summary>The model that wrote it.</summary>
    public string? Model => GetString("model");

    /// <summary>The number of input tokens.</summary>
    public int? InputTokens => GetInt32("input_tokens");

    /// <summary>The number of generated tokens.</summary>
    public int? OutputTokens => GetInt32("output_tokens");

    /// <summary>Reasoning tokens, which are generated and not shown.</summary>
    public int? ReasoningTokens => GetInt32("reasoning_tokens");

    /// <summary>The sum of input and output.</summary>
    public int? TotalTokens => GetInt32("total_tokens");
}
