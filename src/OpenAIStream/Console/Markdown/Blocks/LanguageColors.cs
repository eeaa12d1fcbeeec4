namespace OpenAIStream;

/// <summary>Colors a language by its keywords, strings and comments, which is correct for nearly all code in practice.</summary>
internal sealed class LanguageColors(CodeLanguage language) : CodeColors
{
    private (string Begin, string End, CodeKind Kind)? _open; // what continues from the previous line

    public override void Read(string line, List<CodePiece> pieces)
    {
        int plain = 0;
        for (int at = 0; at < line.Length;)
        {
            var (end, kind) = Next(line, at);
            if (kind != CodeKind.Plain)
            {
                Add(line, plain, at, CodeKind.Plain, pieces);
                Add(line, at, end, kind, pieces);
                plain = end;
            }

            at = end;
        }

        Add(line, plain, line.Length, CodeKind.Plain, pieces);
    }

    private static void Add(string line, int at, int end, CodeKind kind, List<CodePiece> pieces)
    {
        if (end > at)
        {
            pieces.Add(new CodePiece(line.Substring(at, end - at), kind));
        }
    }

    /// <summary>The end and the kind of what begins at a position.</summary>
    private (int End, CodeKind Kind) Next(string line, int at)
    {
        if (_open is not null)
        {
            return Close(line, at);
        }

        if (language.LineComment.Length > 0 && Is(line, at, language.LineComment) && (language.LineComment != "#" || at == 0 || line[at - 1] is ' ' or '\t'))
        {
            return (line.Length, CodeKind.Comment);
        }

        foreach (var block in language.Blocks)
        {
            if (Is(line, at, block.Begin))
            {
                _open = block;
                return Close(line, at, block.Begin.Length);
            }
        }

        if (language.Quotes.Contains(line[at]))
        {
            return (QuoteEnd(line, at), CodeKind.String);
        }

        int end = at + 1;
        if (!IsOfWord(line[at]) && line[at] != '#')
        {
            return (end, CodeKind.Plain);
        }

        while (end < line.Length && IsOfWord(line[end]))
        {
            end++;
        }

        return (end, language.IsKeyword(line.Substring(at, end - at)) ? CodeKind.Keyword : CodeKind.Plain);
    }

    private (int End, CodeKind Kind) Close(string line, int at, int skipped = 0)
    {
        var (_, close, kind) = _open!.Value;
        int end = line.IndexOf(close, at + skipped, StringComparison.Ordinal);
        if (end < 0)
        {
            return (line.Length, kind);
        }

        _open = null;
        return (end + close.Length, kind);
    }

    private static int QuoteEnd(string line, int at)
    {
        char quote = line[at++];
        for (; at < line.Length && line[at] != quote; at++)
        {
            at += line[at] == '\\' ? 1 : 0;
        }

        return Math.Min(at + 1, line.Length);
    }

    private static bool Is(string line, int at, string text) => string.CompareOrdinal(line, at, text, 0, text.Length) == 0;

    private static bool IsOfWord(char character) => char.IsLetterOrDigit(character) || character == '_';
}
