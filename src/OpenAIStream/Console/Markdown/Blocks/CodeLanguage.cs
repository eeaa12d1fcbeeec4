namespace OpenAIStream;

/// <summary>What is needed to color a language: its keywords, and how comments and strings begin and end.</summary>
/// <param name="Names">The names of the language in fences.</param>
/// <param name="Keywords">Its keywords.</param>
/// <param name="LineComment">The beginning of a comment that ends with its line; empty if there is none.</param>
/// <param name="Blocks">The beginning and end of what can span several lines: comments, and strings.</param>
/// <param name="Quotes">The beginning and end of a string within a line.</param>
internal sealed record CodeLanguage(string Names, string Keywords, string LineComment, (string Begin, string End, CodeKind Kind)[] Blocks, string Quotes)
{
    private static readonly (string, string, CodeKind)[] CComments = [("/*", "*/", CodeKind.Comment)];

    private static readonly CodeLanguage[] All =
    [
        new("python py", "False None True and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return try while with yield",
            "#", [("\"\"\"", "\"\"\"", CodeKind.String), ("'''", "'''", CodeKind.String)], "\"'"),
        new("javascript js jsx typescript ts tsx", "abstract as async await break case catch class const continue debugger default delete do else enum export extends false finally for from function get if implements import in instanceof interface let new null of private protected public readonly return set static super switch this throw true try type typeof undefined var void while yield",
            "//", [.. CComments, ("`", "`", CodeKind.String)], "\"'"),
        new("csharp cs c#", "abstract as async await base bool break byte case catch char class const continue decimal default delegate do double else enum event explicit extern false finally fixed float for foreach get if implicit in int interface internal is lock long namespace new null object operator out override params private protected public readonly record ref return sealed set short static string struct switch this throw true try typeof uint ulong unchecked unsafe using var virtual void volatile when where while yield",
            "//", CComments, "\"'"),
        new("java kotlin", "abstract boolean break byte case catch char class const continue default do double else enum extends final finally float for fun if implements import in instanceof int interface long new null object override package private protected public record return sealed short static super switch this throw throws true false try val var void when while",
            "//", CComments, "\"'"),
        new("c cpp c++ h hpp", "auto bool break case catch char class const constexpr continue default delete do double else enum extern false final float for friend goto if inline int long namespace new nullptr operator override private protected public return short signed sizeof static struct switch template this throw true try typedef typename union unsigned using virtual void volatile while #define #include #ifdef #ifndef #endif #if #else #pragma",
            "//", CComments, "\"'"),
        new("go golang", "break case chan const continue default defer else fallthrough false for func go goto if import interface map nil package range return select struct switch true type var", "//", [.. CComments, ("`", "`", CodeKind.String)], "\"'"),
        new("rust rs", "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type unsafe use where while", "//", CComments, "\""),
        new("bash sh shell zsh", "case do done elif else esac export fi for function if in local return select then until while", "#", [], "\"'"),
        new("sql", "all alter and as asc between by case create cross delete desc distinct drop else end exists from full group having in index inner insert into is join left like limit not null on or order outer primary references right select set table then union unique update values view when where with",
            "--", CComments, "'") { IgnoresCase = true },
        new("json jsonc", "true false null", "//", CComments, "\""),
        new("yaml yml toml ini", "true false null", "#", [], "\"'"),
    ];

    private HashSet<string>? _keywords;

    public bool IgnoresCase { get; init; }

    public static CodeLanguage? Of(string name) =>
        name.Length == 0 ? null : Array.Find(All, language => Array.IndexOf(language.Names.Split(' '), name.ToLowerInvariant()) >= 0);

    public bool IsKeyword(string word) =>
        (_keywords ??= new HashSet<string>(Keywords.Split(' '), IgnoresCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal)).Contains(word);
}
