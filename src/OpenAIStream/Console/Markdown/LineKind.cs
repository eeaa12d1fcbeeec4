namespace OpenAIStream;

/// <summary>What a line of Markdown is.</summary>
internal enum LineKind
{
    /// <summary>Not known yet: it takes more of the line to tell.</summary>
    Unknown,

    Blank,

    /// <summary>Of a paragraph.</summary>
    Text,

    Heading,

    /// <summary>What makes a heading of the line before.</summary>
    Underline,

    /// <summary>A rule across the screen.</summary>
    Rule,

    /// <summary>What begins code.</summary>
    Fence,

    /// <summary>What ends it.</summary>
    FenceEnd,

    /// <summary>Of fenced code.</summary>
    Code,

    /// <summary>Of code that is told by its indentation.</summary>
    IndentedCode,

    /// <summary>Of mathematics on lines of its own.</summary>
    Math,

    /// <summary>What may be the head of a table, or a row of one.</summary>
    Row,

    /// <summary>What makes a table of the line before.</summary>
    Delimiter,
}
