using System.Globalization;
using System.Text;

namespace OpenAIStream;

/// <summary>
/// An image as sixels: bands of six rows, each written once for each of its colors. There are 6 shades each of red, green and blue,
/// and a pattern (ordered dithering) for the shades between them; terminals guarantee no more than 256 colors.
/// </summary>
internal static class SixelImage
{
    private const int Shades = 6;
    private const int Colors = Shades * Shades * Shades;
    private const int BandHeight = 6;
    private const byte Transparent = 128;
    private const int NoColor = -1;

    // The thresholds of the pattern, 4 by 4 pixels.
    private static readonly int[] Pattern = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];

    public static string Of(Pixels image)
    {
        var text = new StringBuilder("\x1bP0;1q");
        text.AppendFormat(CultureInfo.InvariantCulture, "\"1;1;{0};{1}", image.Width, image.Height);
        int[] band = new int[image.Width * BandHeight];
        bool[] isDeclared = new bool[Colors];
        for (int top = 0; top < image.Height; top += BandHeight)
        {
            WriteBand(text, image.Width, Fill(band, image, top), isDeclared);
        }

        return text.Append("\x1b\\\n").ToString();
    }

    /// <summary>The colors of the pixels of a band.</summary>
    private static int[] Fill(int[] band, Pixels image, int top)
    {
        for (int row = 0; row < BandHeight; row++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                band[(row * image.Width) + x] = top + row < image.Height ? ColorOf(image, x, top + row) : NoColor;
            }
        }

        return band;
    }

    private static int ColorOf(Pixels image, int x, int y)
    {
        int at = ((y * image.Width) + x) * Pixels.Size;
        if (image.Values[at + 3] < Transparent)
        {
            return NoColor;
        }

        int threshold = Pattern[((y & 3) * 4) + (x & 3)];
        int color = 0;
        for (int channel = 0; channel < 3; channel++)
        {
            int shade = image.Values[at + channel] * (Shades - 1) * 16 / byte.MaxValue;
            color = (color * Shades) + Math.Min(Shades - 1, (shade + threshold) / 16);
        }

        return color;
    }

    private static void WriteBand(StringBuilder text, int width, int[] band, bool[] isDeclared)
    {
        foreach (int color in band.Distinct().Where(static color => color != NoColor))
        {
            text.Append('#').Append(color);
            if (!isDeclared[color])
            {
                isDeclared[color] = true;
                Declare(text, color);
            }

            WriteColor(text, width, band, color);
            text.Append('$'); // back to the beginning of the band
        }

        text.Append('-');
    }

    /// <summary>Red, green and blue in percent.</summary>
    private static void Declare(StringBuilder text, int color) => text.AppendFormat(
        CultureInfo.InvariantCulture,
        ";2;{0};{1};{2}",
        color / (Shades * Shades) * 100 / (Shades - 1),
        color / Shades % Shades * 100 / (Shades - 1),
        color % Shades * 100 / (Shades - 1));

    private static void WriteColor(StringBuilder text, int width, int[] band, int color)
    {
        int last = 0, count = 0;
        for (int x = 0; x <= width; x++)
        {
            int bits = 0;
            for (int row = 0; x < width && row < BandHeight; row++)
            {
                bits |= band[(row * width) + x] == color ? 1 << row : 0;
            }

            if (x < width && bits == last)
            {
                count++;
                continue;
            }

            if (x < width || last != 0) // empty pixels at the end of a line are not written
            {
                Repeat(text, (char)('?' + last), count);
            }

            (last, count) = (bits, 1);
        }
    }

    private static void Repeat(StringBuilder text, char sixel, int count)
    {
        if (count > 3)
        {
            text.Append('!').Append(count).Append(sixel);
            return;
        }

        text.Append(sixel, count);
    }
}
