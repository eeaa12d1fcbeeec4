namespace OpenAIStream;

/// <summary>The escape sequences with which Markdown is shown. Without them, Markdown characters are shown instead.</summary>
internal sealed record MarkdownStyle
{
    public static MarkdownStyle Plain { get; } = new();

    /// <summary>One for each level of heading.</summary>
    public IReadOnlyList<string> Headings { get; init; } = ["", "", "", "", "", ""];

    public string Bold { get; init; } = "";

    public string Italic { get; init; } = "";

    public string Strike { get; init; } = "";

    public string Code { get; init; } = "";

    public string Link { get; init; } = "";

    public string Image { get; init; } = "";

    public string TableHead { get; init; } = "";

    /// <summary>For what is not part of the answer: bars, rules, addresses after links.</summary>
    public string Dim { get; init; } = "";

    public string Keyword { get; init; } = "";

    public string String { get; init; } = "";

    public string Comment { get; init; } = "";

    /// <summary>Follows each of them.</summary>
    public string Reset { get; init; } = "";

    /// <summary>Colors the code of a language; null if the language is unknown.</summary>
    public Func<string, CodeColors?> Colors { get; init; } = CodeColors.Of;

    public bool HasColor => Reset.Length > 0;

    /// <summary>The prefix of a heading.</summary>
    public string HeadingMark(int level) => HasColor ? "" : new string('#', level) + " ";

    public string Of(Spans spans)
    {
        if (spans == Spans.None || !HasColor)
        {
            return "";
        }

        return (Has(Spans.Bold) ? Bold : "") + (Has(Spans.Italic) ? Italic : "") + (Has(Spans.Strike) ? Strike : "") + (Has(Spans.Code) ? Code : "")
            + (Has(Spans.Link) ? Link : "") + (Has(Spans.Image) ? Image : "") + (Has(Spans.Target) ? Dim : "");

        bool Has(Spans span) => (spans & span) != 0;
    }

    public string Of(CodeKind kind) => kind switch
    {
        CodeKind.Keyword => Keyword,
        CodeKind.String => String,
        CodeKind.Comment => Comment,
        _ => "",
    };
}
