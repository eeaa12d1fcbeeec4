namespace OpenAIStream;

/// <summary>How a terminal is given images.</summary>
public enum ImageProtocol
{
    /// <summary>Whatever the terminal says that it can, when it is asked; none where it does not answer.</summary>
    Auto,

    /// <summary>No images: their names or sizes are shown instead.</summary>
    None,

    /// <summary>The kitty graphics protocol. It takes PNG.</summary>
    Kitty,

    /// <summary>The inline images of iTerm2. It takes any format that the terminal knows.</summary>
    ITerm2,

    /// <summary>Sixel graphics. They are made of PNG.</summary>
    Sixel,
}
