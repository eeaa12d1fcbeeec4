namespace OpenAIStream;

/// <summary>The kinds of text within a line.</summary>
[Flags]
internal enum Spans
{
    None = 0,
    Bold = 1,
    Italic = 2,
    Strike = 4,
    Code = 8,
    Link = 16,
    Image = 32,

    /// <summary>The address of a link or an image.</summary>
    Target = 64,
}

/// <summary>Text within a line with the same style.</summary>
internal readonly record struct Run(string Text, Spans Spans);
