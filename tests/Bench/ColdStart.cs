using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace OpenAIStream.Bench;

/// <summary>The first 1,000 chunks of a new process, before the compiler has optimized hot code.</summary>
internal static class ColdStart
{
    private const int Count = 1000;
    private const int Processes = 9;
    private const string Own = "OpenAIStream.Core.dll";
    private static readonly string[] Contenders = ["ours", "ours, compiled as it runs", "stj", "dotnet"];

    public static void Run()
    {
        string compiledAhead = WithCompiledCore();
        var all = Contenders.ToDictionary(name => name, _ => new List<double>());
        var rest = Contenders.ToDictionary(name => name, _ => new List<double>());
        for (int i = 0; i < Processes; i++)
        {
            foreach (string name in Contenders)
            {
                double[] times = Start(name == "ours" ? compiledAhead : AppContext.BaseDirectory, name.Split(',')[0]);
                all[name].Add(times[0]);
                rest[name].Add(times[1]);
            }
        }

        const string Part = "First 1,000 chunks";
        foreach (string name in Contenders)
        {
            string who = name switch { "ours" => "OpenAIStream, as it ships", "ours, compiled as it runs" => "OpenAIStream, nothing compiled ahead of time", "stj" => "System.Text.Json, source-generated", _ => "openai-dotnet" };
            Figures.Add(Part, $"{who}, everything compiled once", $"{Race.Median(rest[name]) / 1000:0.00} us a chunk",
                name == "ours" ? "at most 2.5" : "", name == "ours" ? Race.Median(rest[name]) <= 2500 : null);
            Figures.Add(Part, $"{who}, compiling included", $"{Race.Median(all[name]) * Count / 1e6:0.0} ms in all");
        }
    }

    public static void Child(string name)
    {
        byte[] few = Inputs.Chat(4); // each kind of chunk, so that everything is compiled once
        byte[] chat = Inputs.Chat(Count);
        double first = Time(name, few);
        double rest = Time(name, chat);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(first + rest) / Count} {rest / Count}"));
    }

    private static double Time(string name, byte[] chat)
    {
        var payloads = Inputs.Payloads(chat);
        var start = Environment.CpuUsage.TotalTime;
        long clock = Stopwatch.GetTimestamp();
        long characters = name switch
        {
            "ours" => Chunks.Ours(new MemoryStream(chat)),
            "stj" => Chunks.SourceGenerated(payloads),
            _ => Peers.OpenAIChat(new MemoryStream(chat)),
        };

        GC.KeepAlive(characters);

        // The clock, unless other processes used the processor meanwhile.
        return Math.Min(Stopwatch.GetElapsedTime(clock).TotalNanoseconds, (Environment.CpuUsage.TotalTime - start).TotalNanoseconds);
    }

    /// <summary>A copy of this program with the core that was compiled ahead of time for this system, as PowerShell loads it.</summary>
    private static string WithCompiledCore()
    {
        string copy = Path.Combine(Repository.Root, "out", "bench", "cold");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(AppContext.BaseDirectory))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)), overwrite: true);
        }

        File.Copy(Path.Combine(Repository.Root, "out", "OpenAIStream", "net10.0", RuntimeInformation.RuntimeIdentifier, Own), Path.Combine(copy, Own), overwrite: true);
        return copy;
    }

    private static double[] Start(string folder, string name)
    {
        using var process = Process.Start(Repository.Bench(folder, "cold-child", name))!;
        string line = process.StandardOutput.ReadToEnd();
        return [.. line.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
    }
}
