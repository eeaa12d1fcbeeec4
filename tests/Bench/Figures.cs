using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace OpenAIStream.Bench;

/// <summary>One line of the table in docs/performance.md.</summary>
/// <param name="Part">The heading above it.</param>
/// <param name="What">What was measured.</param>
/// <param name="Value">The figure, with its unit.</param>
/// <param name="Reach">The goal; empty for a figure to compare with.</param>
/// <param name="IsReached">Whether the goal is met; null without a goal.</param>
internal sealed record Figure(string Part, string What, string Value, string Reach = "", bool? IsReached = null);

/// <summary>The figures of a run. Each half of the benchmark, and each of its processes, adds its figures to one file.</summary>
internal static class Figures
{
    private static readonly JsonSerializerOptions OneLine = new(JsonSerializerDefaults.Web);

    public static void Add(string part, string what, string value, string reach = "", bool? isReached = null)
    {
        var figure = new Figure(part, what, value, reach, isReached);
        string verdict = isReached is null ? "" : isReached.Value ? $"  [{reach}: yes]" : $"  [{reach}: NO]";
        Console.WriteLine($"{part,-22} {what,-62} {value}{verdict}");
        Directory.CreateDirectory(Path.GetDirectoryName(FileName)!);
        File.AppendAllText(FileName, JsonSerializer.Serialize(figure, OneLine) + "\n");
    }

    public static Figure[] Load() => [.. File.ReadLines(FileName).Select(line => JsonSerializer.Deserialize<Figure>(line, OneLine)!)];

    public static void Clear()
    {
        if (File.Exists(FileName)) // its folder may be missing too, and File.Delete fails then
        {
            File.Delete(FileName);
        }
    }

    public static string Number(double value, string format = "0.##") => value.ToString(format, CultureInfo.InvariantCulture);

    private static string FileName => Path.Combine(Repository.Root, "out", "bench", "figures.jsonl");
}

internal static class Repository
{
    /// <summary>The folder that contains the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Starts this program, or a copy of it in another folder, as a new process with redirected output.</summary>
    public static ProcessStartInfo Bench(string folder, params string[] arguments) =>
        new("dotnet", [Path.Combine(folder, "Bench.dll"), .. arguments]) { RedirectStandardOutput = true };

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "OpenAIStream.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The bench runs from within the repository.");
    }
}
