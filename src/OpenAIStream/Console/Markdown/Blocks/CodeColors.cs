namespace OpenAIStream;

/// <summary>The kinds of pieces of code.</summary>
internal enum CodeKind
{
    Plain,
    Keyword,
    String,
    Comment,
}

/// <summary>A piece of a line of code.</summary>
internal readonly record struct CodePiece(string Text, CodeKind Kind);

/// <summary>Finds keywords, strings and comments in the lines of a language, one line after another.</summary>
internal abstract class CodeColors
{
    /// <summary>The colors for a language; null if it is unknown.</summary>
    public static CodeColors? Of(string language) => CodeLanguage.Of(language) is CodeLanguage known ? new LanguageColors(known) : null;

    /// <summary>Splits the next line into pieces.</summary>
    public abstract void Read(string line, List<CodePiece> pieces);
}
