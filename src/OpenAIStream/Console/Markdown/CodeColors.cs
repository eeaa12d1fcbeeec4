namespace OpenAIStream;

/// <summary>What a piece of code is.</summary>
internal enum CodeKind
{
    Plain,
    Keyword,
    String,
    Comment,
}

/// <summary>A piece of a line of code.</summary>
internal readonly record struct CodePiece(string Text, CodeKind Kind);

/// <summary>Tells keywords, strings and comments in the lines of a language, one after the other.</summary>
internal abstract class CodeColors
{
    /// <summary>What knows a language; null where nothing does.</summary>
    public static CodeColors? Of(string language) => CodeLanguage.Of(language) is CodeLanguage known ? new LanguageColors(known) : null;

    /// <summary>Takes the next line apart.</summary>
    public abstract void Read(string line, List<CodePiece> pieces);
}
