#if !NETSTANDARD_BUILD
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace OpenAIStream.Tests.Security;

/// <summary>docs/security.md contains the table of attacks; each attack has a test, and names existing errors and limits.</summary>
public class SecurityPageTests
{
    private const string Variable = "OPENAISTREAM_WRITE_DOCS", Start = "<!-- attacks -->\n", End = "<!-- /attacks -->\n";

    public static TheoryData<string> Attempts => [.. SecurityTable.All.SelectMany(group => group.Attacks).Select(attack => attack.Tried)];

    [Fact]
    public void The_page_says_what_the_table_says()
    {
        string file = Path.Combine(Root(), "docs/security.md");
        string page = Read(file);
        int start = page.IndexOf(Start, StringComparison.Ordinal) + Start.Length, end = page.IndexOf(End, StringComparison.Ordinal);
        Assert.True(start >= Start.Length && end >= start, $"docs/security.md has no markers for the table: {Start}{End}");
        string expected = page[..start] + Table() + page[end..];
        if (Environment.GetEnvironmentVariable(Variable) == "1")
        {
            File.WriteAllText(file, expected);
            page = expected;
        }

        Assert.True(page == expected, $"docs/security.md does not match the table of attacks. Run the tests with {Variable}=1 to write it again, and check the difference.");
    }

    [Theory]
    [MemberData(nameof(Attempts))]
    public void An_attack_has_its_test(string tried)
    {
        var attack = Assert.Single(SecurityTable.All.SelectMany(group => group.Attacks), attack => attack.Tried == tried);
        string source = Read(Path.Combine(Root(), "tests", attack.File));
        string start = attack.File.EndsWith(".ps1", StringComparison.Ordinal) ? $"It '{attack.Test}'" : $" {attack.Test}(";
        Assert.True(source.Contains(start, StringComparison.Ordinal), $"tests/{attack.File} has no test named \"{attack.Test}\".");
    }

    [Fact]
    public void The_errors_that_the_page_names_are_ids_or_types()
    {
        string errors = Read(Path.Combine(Root(), "src/OpenAIStream/Common/Errors.cs"));
        string outcomes = string.Join("\n", SecurityTable.All.SelectMany(group => group.Attacks).Select(attack => attack.Outcome));
        string[] named = [.. Regex.Matches(outcomes, "`([A-Z][A-Za-z]+)`").Select(match => match.Groups[1].Value).Distinct()];
        Assert.Contains("CertificateRefused", named);
        foreach (string name in named.Where(name => name != "ErrorDetails"))
        {
            bool isType = Type.GetType($"System.{name}") is not null || typeof(OpenAIClient).Assembly.GetType($"OpenAIStream.{name}") is not null;
            Assert.True(isType || errors.Contains($"\"{name}\"", StringComparison.Ordinal), $"{name} is neither an error id nor a type.");
        }
    }

    private static string Table()
    {
        var table = new StringBuilder();
        foreach (var (who, attacks) in SecurityTable.All)
        {
            table.Append(CultureInfo.InvariantCulture, $"{(table.Length > 0 ? "\n" : "")}| {who} | What happens | Limit | Shown by |\n|---|---|---|---|\n");
            foreach (var attack in attacks)
            {
                string name = Path.GetFileName(attack.File).Split('.')[0];
                table.Append(CultureInfo.InvariantCulture, $"| {attack.Tried} | {attack.Outcome} | {attack.Limit ?? "–"} | [{name}](../tests/{attack.File}) |\n");
            }
        }

        return table.ToString();
    }

    private static string Read(string file) => File.ReadAllText(file).Replace("\r\n", "\n", StringComparison.Ordinal);

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../.."));
}
#endif
