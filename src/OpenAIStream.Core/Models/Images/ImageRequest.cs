using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>
/// A request for images: <c>POST /images/generations</c>, or with <see cref="Images"/> to edit <c>POST /images/edits</c>.
/// A property that is null is not sent.
/// </summary>
public sealed class ImageRequest : StreamingRequest
{
    internal static readonly JsonShape Shape = new JsonShape<ImageRequest>(static () => new(), ("svg", SvgSettings.Shape));

    /// <summary>
    /// The images to edit, at OpenAI up to 16 of 50 MB each; empty to generate an image. They are sent as a form, with the
    /// fields next to them.
    /// </summary>
    [AllowNull]
    [FieldName(null)]
    public IReadOnlyList<ImageFile> Images { get; set => field = value ?? []; } = [];

    /// <summary>With <see cref="Images"/>: a PNG with the size of the first image, whose transparent areas are edited.</summary>
    [FieldName(null)]
    public ImageFile? Mask { get; set; }

    /// <summary>
    /// With <see cref="Images"/>: a transparent PNG with the size of the first image, drawn over it to guide the edit. It
    /// cannot be combined with <see cref="Mask"/>.
    /// </summary>
    [FieldName(null)]
    public ImageFile? Markup { get; set; }

    /// <summary>What the image shows, or what to change in it.</summary>
    public string? Prompt { get => GetString("prompt"); set => SetOrRemove("prompt", value); }

    /// <summary>The number of images.</summary>
    public int? N { get => GetInt32("n"); set => SetOrRemove("n", value); }

    /// <summary>Width and height in pixels, such as 1024x1024, or auto.</summary>
    public string? Size { get => GetString("size"); set => SetOrRemove("size", value); }

    /// <summary>The quality: low, medium, high, xhigh, max or auto.</summary>
    public string? Quality { get => GetString("quality"); set => SetOrRemove("quality", value); }

    /// <summary>The background: transparent, opaque or auto.</summary>
    public string? Background { get => GetString("background"); set => SetOrRemove("background", value); }

    /// <summary>The format: png, webp, jpeg, gif or svg.</summary>
    public string? OutputFormat { get => GetString("output_format"); set => SetOrRemove("output_format", value); }

    /// <summary>The compression level of webp and jpeg, 0 to 100.</summary>
    public int? OutputCompression { get => GetInt32("output_compression"); set => SetOrRemove("output_compression", value); }

    /// <summary>How strictly content is moderated: auto or low.</summary>
    public string? Moderation { get => GetString("moderation"); set => SetOrRemove("moderation", value); }

    /// <summary>With streaming: the number of partial images to send, 0 to 3.</summary>
    public int? PartialImages { get => GetInt32("partial_images"); set => SetOrRemove("partial_images", value); }

    /// <summary>With <see cref="Images"/>: how closely to follow them, especially faces: low or high.</summary>
    public string? InputFidelity { get => GetString("input_fidelity"); set => SetOrRemove("input_fidelity", value); }

    /// <summary>The amount of computation for planning the image: low, medium or high.</summary>
    public string? Complexity { get => GetString("complexity"); set => SetOrRemove("complexity", value); }

    /// <summary>The number of frames of a gif, 2 to 16.</summary>
    public int? FrameCount { get => GetInt32("frame_count"); set => SetOrRemove("frame_count", value); }

    /// <summary>The time that a gif shows each frame, in milliseconds.</summary>
    public int? FrameDurationMs { get => GetInt32("frame_duration_ms"); set => SetOrRemove("frame_duration_ms", value); }

    /// <summary>For svg: the model that writes it, and how much it reasons.</summary>
    public SvgSettings? Svg { get => GetModel<SvgSettings>("svg"); set => SetOrRemove("svg", value); }

    /// <summary>A stable name for the end user, for abuse detection; it replaces <see cref="StreamingRequest.User"/>.</summary>
    public string? SafetyIdentifier { get => GetString("safety_identifier"); set => SetOrRemove("safety_identifier", value); }
}

/// <summary>How an image is written as svg.</summary>
public sealed class SvgSettings : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<SvgSettings>(static () => new());

    /// <summary>The model that writes the svg.</summary>
    public string? Model { get => GetString("model"); set => SetOrRemove("model", value); }

    /// <summary>How much it reasons, as <c>{ effort: "low" }</c>: none, minimal, low, medium, high, xhigh or max.</summary>
    public JsonMap? Reasoning { get => GetModel<JsonMap>("reasoning"); set => SetOrRemove("reasoning", value); }
}
