using Xunit;

namespace OpenAIStream.Tests.Console;

/// <summary>Keywords, strings and comments of code.</summary>
public class CodeColorsTests
{
    public static TheoryData<string, string, string> Code => new()
    {
        { "py", "def f(x): # c\n  return 'a' + \"b\\\"c\"", "kw(def) f(x): com(# c)|  kw(return) str('a') + str(\"b\\\"c\")" },
        { "python", "\"\"\"a\nif\n\"\"\" + x", "str(\"\"\"a)|str(if)|str(\"\"\") + x" },
        { "JavaScript", "/* a\nb */ let x = `c\n${d}`", "com(/* a)|com(b */) kw(let) x = str(`c)|str(${d}`)" },
        { "cs", "var x = \"//\"; // d", "kw(var) x = str(\"//\"); com(// d)" },
        { "sql", "SELECT 'a' from b -- c", "kw(SELECT) str('a') kw(from) b com(-- c)" },
        { "bash", "if [ $# -gt 1 ]; then echo \"a#b\"; fi # c", "kw(if) [ $# -gt 1 ]; kw(then) echo str(\"a#b\"); kw(fi) com(# c)" },
        { "rust", "let x: &'a str = \"b\";", "kw(let) x: &'a str = str(\"b\");" },
        { "json", "{ \"a\": true }", "{ str(\"a\"): kw(true) }" },
        { "c++", "#include <x>", "kw(#include) <x>" },
    };

    [Theory]
    [MemberData(nameof(Code))]
    public void Is_taken_apart(string language, string code, string expected)
    {
        var colors = CodeColors.Of(language);
        Assert.NotNull(colors);
        Assert.Equal(expected, string.Join('|', code.Split('\n').Select(line => Read(colors!, line))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("brainfuck")]
    public void Of_an_unknown_language_is_not(string language) => Assert.Null(CodeColors.Of(language));

    private static string Read(CodeColors colors, string line)
    {
        List<CodePiece> pieces = [];
        colors.Read(line, pieces);
        Assert.Equal(line, string.Concat(pieces.Select(static piece => piece.Text)));
        return string.Concat(pieces.Select(static piece => piece.Kind switch
        {
            CodeKind.Keyword => $"kw({piece.Text})",
            CodeKind.String => $"str({piece.Text})",
            CodeKind.Comment => $"com({piece.Text})",
            _ => piece.Text,
        }));
    }
}
