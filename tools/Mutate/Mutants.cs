using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpenAIStream.Mutate;

/// <summary>A change to the source.</summary>
/// <param name="Id">Stryker's number, which activates it.</param>
/// <param name="File">The path of the file below the core's folder.</param>
/// <param name="Line">The line, starting at 1.</param>
/// <param name="Original">The original source.</param>
/// <param name="Mutation">The replacement.</param>
internal sealed record Mutant(int Id, string File, int Line, string Original, string Mutation);

/// <summary>Has Stryker create the mutants.</summary>
internal static partial class Mutants
{
    /// <summary>Builds the mutated assembly, and returns its mutants.</summary>
    public static async Task<Mutant[]> MakeAsync(Workspace workspace, string[] files)
    {
        string probe = Path.Combine(workspace.Root, "tools", "Mutate", "Probe");
        string[] mutate = [.. files.SelectMany(file => new[] { "--mutate", "**/" + file })];
        var variables = new Dictionary<string, string> { ["MUTATED_ASSEMBLY"] = workspace.MutatedAssembly, ["RunAnalyzers"] = "false" };
        await Command.RunAsync(probe, [], "dotnet", "tool", "restore");
        await Command.RunAsync(probe, variables, "dotnet", ["stryker", "--output", workspace.StrykerOutput, .. mutate]);

        using var report = JsonDocument.Parse(File.ReadAllText(Path.Combine(workspace.StrykerOutput, "reports", "mutation-report.json")));
        return
        [
            .. from file in report.RootElement.GetProperty("files").EnumerateObject()
               let name = workspace.Name(Path.Combine(workspace.Core, file.Name))
               let source = file.Value.GetProperty("source").GetString()!.Split('\n')
               from mutant in file.Value.GetProperty("mutants").EnumerateArray()
               where mutant.GetProperty("status").GetString() is not ("Ignored" or "CompileError")
               let start = Position(mutant, "start")
               where !IsContextFlag(source, start)
               orderby name, start.Line, start.Column
               select new Mutant(
                   int.Parse(mutant.GetProperty("id").GetString()!, null),
                   name,
                   start.Line,
                   OneLine(Between(source, start, Position(mutant, "end"))),
                   OneLine(mutant.GetProperty("replacement").GetString()!)),
        ];
    }

    // ConfigureAwait(true) behaves like false: blocking calls start without a context, so there is none to return to.
    private static bool IsContextFlag(string[] source, (int Line, int Column) start) =>
        source[start.Line - 1][..(start.Column - 1)].EndsWith("ConfigureAwait(", StringComparison.Ordinal);

    private static (int Line, int Column) Position(JsonElement mutant, string which)
    {
        var position = mutant.GetProperty("location").GetProperty(which);
        return (position.GetProperty("line").GetInt32(), position.GetProperty("column").GetInt32());
    }

    private static string Between(string[] source, (int Line, int Column) start, (int Line, int Column) end)
    {
        string text = string.Join('\n', source[(start.Line - 1)..end.Line]);
        return text[(start.Column - 1)..^(source[end.Line - 1].Length - end.Column + 1)];
    }

    private static string OneLine(string text)
    {
        string line = WhiteSpace().Replace(text, " ").Trim();
        return line.Length <= 100 ? line : line[..97] + "...";
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
