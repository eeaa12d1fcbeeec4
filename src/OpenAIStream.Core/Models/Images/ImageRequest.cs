namespace OpenAIStream;

/// <summary>A request for <c>POST /images/generations</c>. A property that is null is not sent.</summary>
public sealed class ImageRequest : StreamingRequest
{
    /// <summary>What the image is to show.</summary>
    public string? Prompt { get => GetString("prompt"); set => SetOrRemove("prompt", value); }

    /// <summary>How many images.</summary>
    public int? N { get => GetInt32("n"); set => SetOrRemove("n", value); }

    /// <summary>Width and height in pixels, such as 1024x1024, or auto.</summary>
    public string? Size { get => GetString("size"); set => SetOrRemove("size", value); }

    /// <summary>The quality: low, medium, high or auto.</summary>
    public string? Quality { get => GetString("quality"); set => SetOrRemove("quality", value); }

    /// <summary>The background: transparent, opaque or auto.</summary>
    public string? Background { get => GetString("background"); set => SetOrRemove("background", value); }

    /// <summary>The format: png, webp or jpeg.</summary>
    public string? OutputFormat { get => GetString("output_format"); set => SetOrRemove("output_format", value); }

    /// <summary>How far the format is compressed, 0 to 100, for webp and jpeg.</summary>
    public int? OutputCompression { get => GetInt32("output_compression"); set => SetOrRemove("output_compression", value); }

    /// <summary>How strictly content is judged: auto or low.</summary>
    public string? Moderation { get => GetString("moderation"); set => SetOrRemove("moderation", value); }

    /// <summary>With streaming: how many partial images to send, 0 to 3.</summary>
    public int? PartialImages { get => GetInt32("partial_images"); set => SetOrRemove("partial_images", value); }
}
