namespace OpenAIStream;

/// <summary>What text within a line is.</summary>
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

    /// <summary>The address that a link or an image has.</summary>
    Target = 64,
}

/// <summary>Text within a line that is the same throughout.</summary>
internal readonly record struct Run(string Text, Spans Spans);
