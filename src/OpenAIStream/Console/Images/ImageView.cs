namespace OpenAIStream;

/// <summary>Converts images to what a terminal accepts. Each is shown below the text before it, at its own size, but no larger than the window.</summary>
/// <param name="terminal">The terminal.</param>
/// <param name="isInTmux">Whether tmux is between it and this process, and passes sequences through.</param>
internal sealed class ImageView(ImageTerminal terminal, bool isInTmux = false)
{
    private const int PartialColumns = 24; // an unfinished image is shown small
    private const int LinesAround = 3;     // of the window, for the text around an image
    private const int LeastRows = 4;

    private int _number;

    /// <summary>Cells in a line of the window.</summary>
    public int Width { get; set; }

    /// <summary>Lines of the window.</summary>
    public int Height { get; set; } = 24;

    /// <summary>Returns the sequence that shows an image, with its line end; null if the terminal cannot show this image.</summary>
    public string? Show(byte[] image, bool isPartial)
    {
        int mostColumns = isPartial ? Math.Min(Width, PartialColumns) : Width;
        if (mostColumns <= 0)
        {
            return null;
        }

        if (PngReader.SizeOf(image) is not (int width, int height))
        {
            return terminal.Protocol == ImageProtocol.ITerm2 ? ITermImage(image, isPartial ? FormattableString.Invariant($"{mostColumns}") : "auto") : null;
        }

        // Its own size, or smaller with the same aspect ratio.
        int mostRows = Math.Max(LeastRows, Height - LinesAround);
        double scale = Math.Min(1, Math.Min((double)mostColumns * terminal.CellWidth / width, (double)mostRows * terminal.CellHeight / height));
        int columns = Math.Max(1, (int)(width * scale / terminal.CellWidth));
        int rows = Math.Max(1, (int)Math.Round(height * scale / terminal.CellHeight));
        return terminal.Protocol switch
        {
            ImageProtocol.Kitty when isInTmux => KittyImage.InTmux(image, columns, rows, ++_number),
            ImageProtocol.Kitty => KittyImage.Of(image, columns),
            ImageProtocol.ITerm2 => ITermImage(image, FormattableString.Invariant($"{columns}")),
            ImageProtocol.Sixel => PngReader.Read(image) is Pixels pixels
                ? SixelImage.Of(pixels.Scaled(Math.Max(1, (int)(width * scale)), Math.Max(1, (int)(height * scale))))
                : null,
            _ => null,
        };
    }

    /// <param name="image">The file.</param>
    /// <param name="width">The number of cells, or auto. The aspect ratio stays.</param>
    private static string ITermImage(byte[] image, string width) =>
        FormattableString.Invariant($"\x1b]1337;File=inline=1;size={image.Length};width={width};preserveAspectRatio=1:{Convert.ToBase64String(image)}\a\n");
}
