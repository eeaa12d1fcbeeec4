namespace OpenAIStream;

/// <summary>How images are sent to a terminal.</summary>
public enum ImageProtocol
{
    /// <summary>The protocol that the terminal reports; None if it does not reply.</summary>
    Auto,

    /// <summary>No images; their names or sizes are shown instead.</summary>
    None,

    /// <summary>The kitty graphics protocol. It accepts PNG.</summary>
    Kitty,

    /// <summary>The inline images of iTerm2. It accepts any format that the terminal knows.</summary>
    ITerm2,

    /// <summary>Sixel graphics. They are created from PNG.</summary>
    Sixel,
}
