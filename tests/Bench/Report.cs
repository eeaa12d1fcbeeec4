using System.Runtime.InteropServices;
using System.Text;

namespace OpenAIStream.Bench;

/// <summary>Writes docs/performance.md: the figures of the last run, and what tests/Bench/findings.md says of them.</summary>
internal static class Report
{
    public static void Write()
    {
        var text = new StringBuilder();
        text.AppendLine("# Performance").AppendLine()
            .AppendLine("A chunk is with your script some 0.2 ms after it left the server, and reading it takes about a microsecond of the")
            .AppendLine("processor: what you wait for is the model and the network. An image or a recording of tens of megabytes becomes its file")
            .AppendLine("without a detour, in little more time than decoding Base64 takes, and its event needs two to three times its size in")
            .AppendLine("memory while it comes. The first call of a new session waits some 30 ms longer than a bare HTTP request, and importing the module takes about 50 ms.")
            .AppendLine()
            .AppendLine("The network should be the only thing that a user waits for. `./build.ps1 Bench` measures it and writes this page;")
            .AppendLine("`./build.sh bench` does all of it that needs no PowerShell.").AppendLine()
            .AppendLine(null, $"Measured {DateTime.UtcNow:yyyy-MM-dd} on {Processor()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription},")
            .AppendLine(null, $"{RuntimeInformation.FrameworkDescription}. All that is compared was run in turns in one run, on the same bytes. Times in memory are processor")
            .AppendLine("time, medians; the machine was shared with other work, so that ratios say more than times.").AppendLine();
        foreach (var part in Figures.Load().GroupBy(figure => figure.Part))
        {
            text.AppendLine(null, $"## {part.Key}").AppendLine().AppendLine("| | measured | reach | |").AppendLine("|---|---|---|---|");
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
