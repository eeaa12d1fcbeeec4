using System.Globalization;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>What a terminal reports: how it can show images, and the size of its cells.</summary>
/// <param name="Protocol">The protocol; None if it has none or does not reply.</param>
/// <param name="CellWidth">The width of a cell in pixels.</param>
/// <param name="CellHeight">The height of a cell in pixels.</param>
internal sealed record ImageTerminal(ImageProtocol Protocol, int CellWidth, int CellHeight)
{
    /// <summary>Every terminal replies to this query, and its replies to earlier queries arrive first.</summary>
    public const string LastQuestion = "\x1b[c";

    // Its name and version, and the size of a cell.
    private const string Questions = "\x1b[>q\x1b[16t" + LastQuestion;

    // A terminal without a name may print this query instead of replying, so only a terminal with a name gets it.
    private const string KittyQuestion = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\" + LastQuestion;

    private const int MostPixels = 200; // of a cell
    private const string SixelFeature = "4";

    private static readonly Regex LastAnswer = Pattern(@"\x1b\[\?([\d;]*)c");
    private static readonly Regex NameAnswer = Pattern(@"\x1bP>\|([^\x1b]+)\x1b\\");
    private static readonly Regex CellAnswer = Pattern(@"\x1b\[6;(\d{1,4});(\d{1,4})t");
    private static readonly Regex KittyAnswer = Pattern(@"\x1b_Gi=31;OK\x1b\\");
    private static readonly string[] LikeITerm = ["iTerm2", "WezTerm"];

    /// <summary>A terminal that reported nothing.</summary>
    public static ImageTerminal Unknown { get; } = new(ImageProtocol.None, 10, 20);

    /// <summary>Queries a terminal.</summary>
    /// <param name="ask">Sends a query and returns the replies, up to the last one; fewer if that takes too long.</param>
    public static ImageTerminal Ask(Func<string, string> ask)
    {
        string answers = ask(Questions);
        string name = NameAnswer.Match(answers).Groups[1].Value;
        var features = LastAnswer.Match(answers);
        var protocol = name.Length > 0 && KittyAnswer.IsMatch(ask(KittyQuestion)) ? ImageProtocol.Kitty
            : Array.Exists(LikeITerm, known => name.StartsWith(known, StringComparison.Ordinal)) ? ImageProtocol.ITerm2
            : features.Groups[1].Value.Split(';').Contains(SixelFeature) ? ImageProtocol.Sixel
            : ImageProtocol.None;
        var cell = CellAnswer.Match(answers);
        return cell.Success && Pixels(cell, 1) is int height && Pixels(cell, 2) is int width
            ? new ImageTerminal(protocol, width, height)
            : Unknown with { Protocol = protocol };
    }

    /// <summary>Whether all replies have arrived.</summary>
    public static bool IsWhole(string answers) => LastAnswer.IsMatch(answers);

    private static int? Pixels(Match cell, int group) =>
        int.Parse(cell.Groups[group].Value, CultureInfo.InvariantCulture) is int pixels and > 0 and <= MostPixels ? pixels : null;

    private static Regex Pattern(string pattern) => new(pattern, RegexOptions.CultureInvariant);
}
