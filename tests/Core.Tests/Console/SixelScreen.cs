using System.Globalization;
using System.Text.RegularExpressions;

namespace OpenAIStream.Tests.Console;

/// <summary>Draws sixels as a terminal does.</summary>
internal static class SixelScreen
{
    /// <summary>The size that the sixels tell, and of each pixel red, green and blue in percent; null where nothing is drawn.</summary>
    public static (int Width, int Height, int[]?[] Colors) Draw(string shown)
    {
        var whole = Regex.Match(shown, "^\x1bP0;1q\"1;1;(\\d+);(\\d+)(.*)\x1b\\\\\n$", RegexOptions.Singleline);
        int width = Number(whole.Groups[1]), height = Number(whole.Groups[2]);
        int[]?[] colors = new int[]?[width * height];
        var palette = new Dictionary<int, int[]>();
        int x = 0, top = 0, color = 0;
        foreach (Match one in Regex.Matches(whole.Groups[3].Value, @"#(\d+)(?:;2;(\d+);(\d+);(\d+))?|!(\d+)([?-~])|([?-~])|([$])|(-)"))
        {
            if (one.Groups[1].Success)
            {
                color = Number(one.Groups[1]);
                if (one.Groups[2].Success)
                {
                    palette[color] = [Number(one.Groups[2]), Number(one.Groups[3]), Number(one.Groups[4])];
                }
            }
            else if (one.Groups[8].Success)
            {
                x = 0;
            }
            else if (one.Groups[9].Success)
            {
                (x, top) = (0, top + 6);
            }
            else
            {
                int count = one.Groups[5].Success ? Number(one.Groups[5]) : 1;
                int bits = (one.Groups[6].Success ? one.Groups[6] : one.Groups[7]).Value[0] - '?';
                for (; count > 0; count--, x++)
                {
                    for (int row = 0; row < 6; row++)
                    {
                        if ((bits & (1 << row)) != 0)
                        {
                            colors[((top + row) * width) + x] = palette[color];
                        }
                    }
                }
            }
        }

        return (width, height, colors);
    }

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);
}
