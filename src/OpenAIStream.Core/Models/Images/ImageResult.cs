namespace OpenAIStream;

/// <summary>The images that a request without streaming gave.</summary>
public sealed class ImageResult : Answer
{
    internal static readonly JsonShape Shape = new JsonShape<ImageResult>(
        static () => new(),
        ("data", GeneratedImage.Shape),
        ("usage", ResponseUsage.Shape),
        ("svg_usage", SvgUsage.Shape));

    /// <summary>When they were made.</summary>
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

    /// <summary>The name for the end user that the service took for its abuse detection.</summary>
    public string? SafetyIdentifier => GetString("safety_identifier");

    /// <summary>Tokens used.</summary>
    public ResponseUsage? Usage => GetModel<ResponseUsage>("usage");

    /// <summary>Tokens used to write svg, apart from those for the image.</summary>
    public SvgUsage? SvgUsage => GetModel<SvgUsage>("svg_usage");

    /// <inheritdoc/>
    public override string Text => "";

    /// <summary>The images, one a line, as <see cref="GeneratedImage.ToString"/> tells of each.</summary>
    public override string ToString() => string.Join("\n", Data);
}

/// <summary>One image.</summary>
public sealed class GeneratedImage : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<GeneratedImage>(static () => new());

    /// <summary>The image as Base64.</summary>
    [FieldName("b64_json")]
    public string? ImageBase64 => GetString("b64_json");

    /// <summary>Where the image is, for services that keep it.</summary>
    public string? Url => GetString("url");

    /// <summary>The prompt as the model understood it.</summary>
    public string? RevisedPrompt => GetString("revised_prompt");

    /// <summary>The image.</summary>
    /// <exception cref="ResponseFormatException">There is none, or not as Base64.</exception>
    public byte[] ToBytes() => MediaBytes.Read(this, "b64_json", "image", Url);

    /// <summary>Whether it is neither here nor anywhere else.</summary>
    internal bool IsEmpty => !HasText("b64_json") && !HasText("url");

    /// <summary>Where the image is, for services that keep it; else the prompt as the model understood it, or its size. Never the image itself.</summary>
    public override string ToString() => Url ?? RevisedPrompt ?? Describe(this, "b64_json") ?? base.ToString();

    /// <summary>What an image is called that has no other name; null where there is none.</summary>
    internal static string? Describe(JsonModel model, string field) =>
        MediaBytes.CountBytes(model, field) is long count ? FormattableString.Invariant($"image of {count} bytes") : null;
}

/// <summary>Tokens that writing svg used.</summary>
public sealed class SvgUsage : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<SvgUsage>(static () => new());

    /// <summary>The model that wrote it.</summary>
    public string? Model => GetString("model");

    /// <summary>Tokens of the input.</summary>
    public int? InputTokens => GetInt32("input_tokens");

    /// <summary>Tokens generated.</summary>
    public int? OutputTokens => GetInt32("output_tokens");

    /// <summary>Tokens of reasoning, generated and not shown.</summary>
    public int? ReasoningTokens => GetInt32("reasoning_tokens");

    /// <summary>Input and output together.</summary>
    public int? TotalTokens => GetInt32("total_tokens");
}
