namespace OpenAIStream;

/// <summary>The kinds of lines in Markdown.</summary>
internal enum LineKind
{
    /// <summary>Not known yet: more of the line is needed.</summary>
    Unknown,

    Blank,

    /// <summary>A line of a paragraph.</summary>
    Text,

    Heading,

    /// <summary>Makes the previous line a heading.</summary>
    Underline,

    /// <summary>A horizontal rule.</summary>
    Rule,

    /// <summary>Begins code.</summary>
    Fence,

    /// <summary>Ends code.</summary>
    FenceEnd,

    /// <summary>A line of fenced code.</summary>
    Code,

    /// <summary>A line of indented code.</summary>
    IndentedCode,

    /// <summary>A line of math on lines of its own.</summary>
    Math,

    /// <summary>Possibly the head of a table, or a row of one.</summary>
    Row,

    /// <summary>Makes the previous line a table head.</summary>
    Delimiter,
}
