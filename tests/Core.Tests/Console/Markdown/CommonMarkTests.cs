using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace OpenAIStream.Tests.Console;

/// <summary>The text shown for CommonMark's examples equals the text of their HTML, except where this module differs on purpose.</summary>
public class CommonMarkTests
{
    private static readonly int[] Different =
    [
        .. new[] { 81, 82, 121, 335, 336, 337, 394, 405, 423, 432, 638, 639, 640, 641 }, // a span ends with its line
        .. new[] { 148, 150, 151, 155, 156, 158, 161, 163, 164, 165, 166, 169, 171, 177, 178, 186, 189, 616, 632 }, // tags are text, and the text between them is Markdown
        .. new[] { 207, 208, 210, 317, 536, 537, 538, 545, 563, 592 }, // definitions of links stay visible, because a link is not held until its definition arrives
        .. new[] { 12, 493 }, // \( and \) may be mathematics; text that is not a link stays as written
        .. new[] { 16, 634, 637 }, // a backslash at the end of a line may belong to a path
        .. new[] { 20, 346, 526, 603, 606 }, // an address is shown as written, not as a browser requests it
        .. new[] { 25, 26 }, // the entity names that .NET knows; U+0000 as a replacement character
        .. new[] { 313 }, // a list that is indented by one space too few or too many is still a list
        .. new[] { 14, 266, 285, 289, 299, 304 }, // only how this test removes numbers, and line breaks after a backslash
    ];

    [Fact]
    public void The_examples_show_the_text_of_their_HTML()
    {
        var examples = CommonMark.Examples();
        Assert.Equal(652, examples.Count);
        var differ = examples.Where(static example => !HasOtherLink(example.Html) && Shown(example.Markdown) != OfHtml(example.Html)).Select(static example => example.Number);
        Assert.Equal(Different.Order(), differ);
    }

    private static bool HasOtherLink(string html) => Regex.IsMatch(html, "(href|src)=\"(?!https?://)");

    private static string Shown(string markdown)
    {
        string shown = Regex.Replace(Screen.Show(markdown, 0, Screen.Colors), "\x1b\\[[\\d;]*m", "");
        shown = Regex.Replace(shown, @"^([ │]*(?:[•◦] )*)\d+[.)](?= |$)", "$1", RegexOptions.Multiline); // HTML leaves the numbers to the browser
        return Bare(Regex.Replace(shown, "^── .* ─+$", "", RegexOptions.Multiline));
    }

    private static string OfHtml(string html)
    {
        html = Regex.Replace(html, "<img src=\"(.*?)\" alt=\"(.*?)\".*?/>", "[image] $2 ($1)");
        html = Regex.Replace(html, "<a href=\"(.*?)\"[^>]*>(.*?)</a>", static link => link.Groups[2].Value + (link.Groups[1].Value == link.Groups[2].Value ? "" : $" ({link.Groups[1].Value})"), RegexOptions.Singleline);
        html = Regex.Replace(html, @"</?(p|em|strong|code|pre|h\d|ul|ol|li|blockquote|hr|br)( [^>]*)?/?>", "");
        return Bare(WebUtility.HtmlDecode(html));
    }

    private static string Bare(string text) => Regex.Replace(text, "[\\s│─═•◦]+", "");
}
