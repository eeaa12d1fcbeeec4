using System.Runtime.InteropServices;
using System.Text;

namespace OpenAIStream.Bench;

/// <summary>Writes docs/performance.md: the figures of the last run, and the text in tests/Bench/findings.md.</summary>
internal static class Report
{
    public static void Write()
    {
        var text = new StringBuilder();
        text.AppendLine("# Performance").AppendLine()
            .AppendLine("A chunk reaches your script about 0.3 ms after it left the server, and reading it takes less than a microsecond of processor")
            .AppendLine("time: what you wait for is the model and the network. An image or a recording of tens of megabytes is written to its file")
            .AppendLine("in little more time than decoding its Base64 takes, and its event needs two to three times its size in memory while it")
            .AppendLine("arrives. The first call of a new session takes about 45 ms longer than a bare HTTP request, and importing the module takes")
            .AppendLine("about 90 ms (half of that in a PowerShell from its installers, which is compiled ahead of time).")
            .AppendLine()
            .AppendLine("The network should be the only thing that a user waits for. `./build.ps1 Bench` measures this and writes this page;")
            .AppendLine("`./build.sh bench` does everything that needs no PowerShell.").AppendLine()
            .AppendLine(null, $"Measured {DateTime.UtcNow:yyyy-MM-dd} on {Processor()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription},")
            .AppendLine(null, $"{RuntimeInformation.FrameworkDescription}. Everything that is compared was measured in one run, alternating, on the same bytes. Times in")
            .AppendLine("memory are medians of processor time. Times differ between machines, so ratios say more.").AppendLine();
        foreach (var part in Figures.Load().GroupBy(figure => figure.Part))
        {
            text.AppendLine(null, $"## {part.Key}").AppendLine().AppendLine("| | Measured | Goal | |").AppendLine("|---|---|---|---|");
            foreach (var figure in part)
            {
                string verdict = figure.IsReached switch { true => "reached", false => "**not reached**", null => "" };
                text.AppendLine(null, $"| {figure.What} | {figure.Value} | {figure.Reach} | {verdict} |");
            }

            text.AppendLine();
        }

        text.Append(File.ReadAllText(Path.Combine(Repository.Root, "tests", "Bench", "findings.md")));
        File.WriteAllText(Path.Combine(Repository.Root, "docs", "performance.md"), text.Replace("\r\n", "\n").ToString());
    }

    private static string Processor()
    {
        const string Info = "/proc/cpuinfo";
        string? line = File.Exists(Info) ? File.ReadLines(Info).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?.Split(':')[1].Trim() ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
