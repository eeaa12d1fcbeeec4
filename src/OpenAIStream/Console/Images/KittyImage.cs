using System.Globalization;
using System.Text;

namespace OpenAIStream;

/// <summary>An image in the kitty graphics protocol (https://sw.kovidgoyal.net/kitty/graphics-protocol/).</summary>
internal static class KittyImage
{
    private const int PieceSize = 4096;
    private const string Placeholder = "\U0010EEEE";

    // The first of the protocol's diacritics for row numbers.
    private const string RowSigns =
        "\u0305\u030D\u030E\u0310\u0312\u033D\u033E\u033F\u0346\u034A\u034B\u034C\u0350\u0351\u0352\u0357\u035B\u0363\u0364\u0365\u0366\u0367\u0368\u0369\u036A\u036B\u036C\u036D\u036E\u036F\u0483\u0484\u0485\u0486\u0487";

    /// <summary>The image with this number of columns; its aspect ratio sets the number of lines.</summary>
    public static string Of(byte[] png, int columns)
    {
        var text = new StringBuilder();
        Send(text, png, FormattableString.Invariant($"a=T,f=100,q=2,c={columns}"), "\x1b", "\x1b\\");
        return text.Append('\n').ToString();
    }

    /// <summary>
    /// The same through tmux: the terminal gets the image, and tmux gets text in place of its cells, so tmux knows what is on its
    /// screen and can scroll it.
    /// </summary>
    public static string InTmux(byte[] png, int columns, int rows, int number)
    {
        rows = Math.Min(rows, RowSigns.Length);
        int id = 0x100 + number; // the text refers to the image by its color; the first 256 would be palette colors
        var text = new StringBuilder();
        Send(text, png, FormattableString.Invariant($"a=T,U=1,i={id},f=100,q=2,c={columns},r={rows}"), "\x1bPtmux;\x1b\x1b", "\x1b\x1b\\\x1b\\");
        string color = string.Format(CultureInfo.InvariantCulture, "\x1b[38;2;{0};{1};{2}m", (id >> 16) & 255, (id >> 8) & 255, id & 255);
        for (int row = 0; row < rows; row++)
        {
            text.Append(color).Append(Placeholder).Append(RowSigns[row]);
            for (int column = 1; column < columns; column++)
            {
                text.Append(Placeholder); // continues the one before it
            }

            text.Append("\x1b[39m\n");
        }

        return text.ToString();
    }

    private static void Send(StringBuilder text, byte[] png, string keys, string begin, string end)
    {
        string data = Convert.ToBase64String(png);
        for (int at = 0; at < data.Length; at += PieceSize)
        {
            int count = Math.Min(PieceSize, data.Length - at);
            text.Append(begin).Append("_G").Append(at == 0 ? keys + "," : "q=2,").Append("m=").Append(at + count < data.Length ? '1' : '0').Append(';')
                .Append(data, at, count).Append(end);
        }
    }
}
