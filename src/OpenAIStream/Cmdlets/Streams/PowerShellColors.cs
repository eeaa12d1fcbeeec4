using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>Colors PowerShell code with its own tokenizer, line by line. The code of a model is only read: none of it is run or loaded.</summary>
internal sealed class PowerShellColors : CodeColors
{
    // Statements that the parser executes while it reads them: it looks for modules, or loads assemblies.
    private static readonly Regex Active = new("using|configuration|dscresource", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private string _end = ""; // the end of a comment or a string that continues from the previous line
    private CodeKind _openKind;

    public static bool Knows(string language) => language.ToLowerInvariant() is "powershell" or "pwsh" or "posh" or "ps1" or "ps" or "psm1" or "psd1";

    public override void Read(string line, List<CodePiece> pieces)
    {
        int at = _end.Length > 0 ? Close(line, pieces) : 0;
        if (at == line.Length)
        {
            return;
        }

        string rest = line.Substring(at);
        if (Active.IsMatch(rest))
        {
            Add(rest, 0, rest.Length, CodeKind.Plain, pieces);
            return;
        }

        Parser.ParseInput(rest, out var tokens, out var errors);
        int plain = 0;
        foreach (var token in tokens)
        {
            var kind = Kind(token);
            if (kind != CodeKind.Plain)
            {
                Add(rest, plain, token.Extent.StartOffset, CodeKind.Plain, pieces);
                Add(rest, token.Extent.StartOffset, token.Extent.EndOffset, kind, pieces);
                plain = token.Extent.EndOffset;
            }
        }

        Add(rest, plain, rest.Length, CodeKind.Plain, pieces);
        if (errors.Length > 0)
        {
            Open(tokens, errors);
        }
    }

    /// <summary>Finds out whether a comment or a string continues on the next line.</summary>
    private void Open(Token[] tokens, ParseError[] errors)
    {
        if (Array.Exists(errors, static error => error.ErrorId is "MissingTerminatorMultiLineComment"))
        {
            (_end, _openKind) = ("#>", CodeKind.Comment);
        }
        else if (Array.Exists(errors, static error => error.ErrorId is "TerminatorExpectedAtEndOfString" or "WhitespaceBeforeHereStringFooter")
            && Array.FindLast(tokens, static token => token is StringToken) is Token last)
        {
            string end = last.Text.StartsWith("@", StringComparison.Ordinal) && last.Text.Length > 1 ? last.Text[1] + "@" : last.Text.Substring(0, 1);
            (_end, _openKind) = (end, CodeKind.String);
        }
    }

    /// <summary>The position in this line where the continuation from the previous line ends.</summary>
    private int Close(string line, List<CodePiece> pieces)
    {
        bool isHereString = _end.EndsWith("@", StringComparison.Ordinal);
        int end = !isHereString ? line.IndexOf(_end, StringComparison.Ordinal)
            : line.StartsWith(_end, StringComparison.Ordinal) ? 0 // it is at the beginning of a line
            : -1;
        int behind = end < 0 ? line.Length : end + _end.Length;
        Add(line, 0, behind, _openKind, pieces);
        _end = end < 0 ? _end : "";
        return behind;
    }

    private static CodeKind Kind(Token token) => token.Kind switch
    {
        TokenKind.Comment => CodeKind.Comment,
        TokenKind.StringLiteral or TokenKind.StringExpandable or TokenKind.HereStringLiteral or TokenKind.HereStringExpandable => CodeKind.String,
        >= TokenKind.Begin => CodeKind.Keyword, // all keywords follow it
        _ => CodeKind.Plain,
    };

    private static void Add(string line, int at, int end, CodeKind kind, List<CodePiece> pieces)
    {
        if (end > at)
        {
            pieces.Add(new CodePiece(line.Substring(at, end - at), kind));
        }
    }
}
