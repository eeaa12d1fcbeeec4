using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace OpenAIStream.Tests.Services;

/// <summary>docs/services.md names everything that the code handles.</summary>
public class ServicesPageTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Folder(), "../../.."));

    [Fact]
    public void The_page_names_the_texts_that_grow()
    {
        var growing = (IEnumerable<string>)typeof(JoinRules).GetField("Growing", BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!;
        string told = Regex.Match(Page(), "<!-- growing -->(.*)<!-- /growing -->").Groups[1].Value;
        Assert.Equal(string.Join(", ", growing.Order(StringComparer.Ordinal).Select(field => $"`{field}`")), told);
    }

    [Fact]
    public void The_files_that_the_page_names_exist()
    {
        string[] files = [.. Regex.Matches(Page(), @"`((?:\w+/)*\w+\.cs)`").Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(files);
        string[] there = [.. Directory.EnumerateFiles(Path.Combine(Root, "src/OpenAIStream.Core"), "*.cs", SearchOption.AllDirectories).Select(file => file.Replace('\\', '/'))];
        Assert.All(files, file => Assert.Contains(there, path => path.EndsWith("/" + file, StringComparison.Ordinal)));
    }

    private static string Page() => File.ReadAllText(Path.Combine(Root, "docs/services.md"));

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
