using System.Text.RegularExpressions;
using Xunit;

namespace OpenAIStream.Tests.Console;

/// <summary>Markdown as a terminal shows it.</summary>
public class MarkdownTextTests
{
    public static TheoryData<string, string, string> Colored => new()
    {
        { "emphasis", "a **b** *c* ***d*** ~~e~~ __f__ _g_", "a <b>b</> <i>c</> <b><i>d</> <s>e</> <b>f</> <i>g</>" },
        { "no emphasis", "2 * 3 * 4, snake_case_name, ~5 to ~10, **a", "2 * 3 * 4, snake_case_name, ~5 to ~10, **a" },
        { "emphasis beside punctuation of a script without blanks", "**注意：**先", "<b>注意：</>先" },
        { "code", "run `a *b*` or `` c`d ``", "run <c>a *b*</> or <c>c`d</>" },
        { "a link shows where it leads", "[a *b*](https://x.example \"t\")", "<l>a </><i><l>b</> (<d>https://x.example</>)" },
        { "a link that names itself", "[https://x.example](https://x.example) <https://y.example>", "<l>https://x.example</> <l>https://y.example</>" },
        { "other schemes are no links", "[a](javascript:b) [c](file:///d)", "[a](javascript:b) [c](file:///d)" },
        { "an image", "![a](https://x.example/a.png)", "[image] <img>a</> (<d>https://x.example/a.png</>)" },
        { "signs in an address mean nothing", "https://x.example/__a__/*b*c.", "https://x.example/__a__/*b*c." },
        { "a heading", "## A *b* ##", "<h2>A </><h2><i>b</>" },
        { "a quote", "> a\n>\n> b", "<d>│</> a|<d>│</>|<d>│</> b" },
        { "a rule", "---", "<d>──────────</>" },
        { "a heading by its underline", "A\n===", "A|<d>═══</>" },
        { "code of a language", "```go\nif x := \"a\" // b\n```", "<d>── go ────</>|<kw>if</> x := <str>\"a\"</> <com>// b</>|<d>──────────</>" },
        { "code of none", "~~~\nif *a*\n~~~", "<d>──────────</>|if *a*|<d>──────────</>" },
        { "code with more than a language behind its fence", "```js a.js {1}\nlet x\n```", "<d>── js a.js {1} ──</>|<kw>let</> x|<d>──────────</>" },
        { "a table", "|a|b|\n|-|-:|\n|`c`|dd|", "<th>a</><d> │ </> <th>b</>|<d>──┼───</>|<c>c</><d> │ </>dd" },
        { "entities", "&lt;b&gt; &amp; &#65;", "<b> & A" },
        { "an entity brings no control character", "&#27;[2J &#x202E;x &#10;y", "␛[2J <U+202E>x  y" },
        { "nor does one in a link", "[a](https://x.example/&#27;)", "<l>a</> (<d>https://x.example/␛</>)" },
    };

    public static TheoryData<string, string, string> Plain => new()
    {
        { "signs tell what styles would", "# A\n**b** *c* `d` ~~e~~", "# A|**b** *c* `d`|~~e~~" },
        { "bullets", "- a\n  - b\n    - c\n* d", "• a|  ◦ b|    • c|• d" },
        { "the author's numbers", "3. a\n7) b\n10. c", "3. a|7) b|10. c" },
        { "what is wrapped hangs", "10. aaaa bbbb cccc dddd", "10. aaaa bbbb|    cccc dddd" },
        { "in quotes too", "> - aaaa bbbb cccc", "│ • aaaa bbbb|│   cccc" },
        { "a second paragraph of an item", "- a\n\n  b", "• a||  b" },
        { "an item of a list with too little indentation", "1. a\n  - b\n2. c", "1. a|   • b|2. c" },
        { "tasks", "- [ ] a\n- [x] b\n1. [ ] c\n- [y] d", "[ ] a|[x] b|1. [ ] c|• [y] d" },
        { "one empty line for many", "a\n\n\n\nb", "a||b" },
        { "none at the begin and at the end", "\n\na\n\n\n", "a" },
        { "line ends stay", "a\nb  \nc", "a|b|c" },
        { "code is not wrapped", "```\naaaa bbbb cccc dddd eeee\n```", "───────────────|aaaa bbbb cccc dddd eeee|───────────────" },
        { "code in an item begins at the edge, so that it can be copied", "- a\n  ```\n  b\n   c\n  ```", "• a|───────────────|b| c|───────────────" },
        { "also where the model forgot to indent it", "1. a\n   ```\nb\n   ```\n2. c", "1. a|───────────────|b|───────────────|2. c" },
        { "a fence ends with one as long", "````\n```\n````", "───────────────|```|───────────────" },
        { "indented code", "a\n\n    b\n\n\n    c\nd", "a||───────────────|b|||c|───────────────|d" },
        { "a table", "| a | b |\n|:-:|---|\n| ccc | `d` |", " a  │ b|────┼────|ccc │ `d`" },
        { "line breaks in cells", "|a|b|\n|-|-|\n|c<br>d|e|", "a │ b|──┼──|c │ e|d │ " },
        { "a table that does not fit becomes records", "|a|b|\n|-|-|\n|cccc dddd|eeee ffff|\n|g||", "a: cccc dddd|b: eeee ffff||a: g" },
        { "nor is its head lost where it is all there is", "|aaaaaaaa|bbbbbbbb|\n|-|-|", "aaaaaaaa|bbbbbbbb" },
        { "no table", "| a | b |\nc", "| a | b ||c" },
        { "wide characters in a table", "|名|b|\n|-|-|\n|名前|c|", "名   │ b|─────┼──|名前 │ c" },
        { "mathematics", "$a_1 * b_1$ \\(c_d\\)\n\n$$\nx^{a*b*c}\n$$", "$a_1 * b_1$|\\(c_d\\)||$$|x^{a*b*c}|$$" },
        { "money is none", "$5*2* and $6", "$5*2* and $6" },
        { "an answer in JSON is left as it is", "{\"a\": \"*b*\\\\n\"}", "{\"a\": \"*b*\\\\n\"}" },
        { "text is never lost", "[a](b **c `d", "[a](b **c `d" },
    };

    [Theory]
    [MemberData(nameof(Colored))]
    public void With_colors(string what, string text, string expected)
    {
        string shown = Screen.Show(text + "\n", 0, Screen.Marks).TrimEnd('\n').Replace('\n', '|');
        Assert.Equal(Squeezed(expected), Squeezed(shown));
        Assert.NotEmpty(what);
    }

    [Theory]
    [MemberData(nameof(Plain))]
    public void Without_colors(string what, string text, string expected)
    {
        string shown = Screen.Show(text, 15);
        Assert.Equal(expected + "|", shown.Replace('\n', '|'));
        Assert.NotEmpty(what);
    }

    [Fact]
    public void A_resized_window_changes_the_lines_that_follow()
    {
        var text = new MarkdownText(MarkdownStyle.Plain) { Width = 40 };
        string shown = text.Add("- one two three four five six ");
        text.Width = 12;
        shown += text.Add("seven eight nine\n\n---\n") + text.Finish();
        Assert.Equal("• one two three four five six\n  seven\n  eight nine\n\n────────────\n", shown);
    }

    [Fact]
    public void Text_without_room_is_not_indented()
    {
        string deep = string.Concat(Enumerable.Range(0, 12).Select(level => new string(' ', level * 2) + "- item\n"));
        Assert.All(Screen.Show(deep, 20).TrimEnd('\n').Split('\n'), static line => Assert.InRange(CellWidth.OfText(line), 6, 20));
    }

    // However long a rule is.
    private static string Squeezed(string shown) => Regex.Replace(shown, "─+", "─");
}
