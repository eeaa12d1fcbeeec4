namespace OpenAIStream;

/// <summary>The values of -Options for Invoke-OpenAIImage.</summary>
public sealed class ImageOptions : RequestValues
{
    /// <inheritdoc cref="ImageRequest.Complexity"/>
    public string? Complexity { get; set; }

    /// <inheritdoc cref="ImageRequest.FrameCount"/>
    public int? FrameCount { get; set; }

    /// <inheritdoc cref="ImageRequest.FrameDurationMs"/>
    public int? FrameDurationMs { get; set; }

    /// <inheritdoc cref="ImageRequest.Svg"/>
    public SvgSettings? Svg { get; set; }

    /// <inheritdoc cref="ImageRequest.SafetyIdentifier"/>
    public string? SafetyIdentifier { get; set; }

    internal override Type Cmdlet => typeof(InvokeOpenAIImageCommand);

    private protected override IReadOnlyDictionary<string, string> Elsewhere { get; } = new Dictionary<string, string>
    {
        ["image"] = "ImagePath",
        ["images"] = "ImagePath",
        ["mask"] = "MaskPath",
        ["markup"] = "MarkupPath",
    };
}
