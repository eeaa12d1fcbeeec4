using System.Diagnostics;

namespace OpenAIStream.Mutate;

/// <summary>What became of a mutant.</summary>
internal enum Outcome
{
    Killed,
    Survived,
    NotCovered,
}

/// <summary>The classes of Core.Tests, and the mutants that each of them reaches.</summary>
internal sealed class TestClasses
{
    // Long, or about memory, milliseconds or folders: they would fail for other reasons than the mutant.
    private static readonly string[] LeftOut = ["Fuzz", "Linearity", "Leak", "Allocation", "LettingGo", "Examples", "Folder"];

    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(1);

    // One more than processors: a mutant often makes a test wait.
    private static readonly int Workers = Environment.ProcessorCount + 1;

    private static readonly TimeSpan FirstBatch = TimeSpan.FromSeconds(4);

    private readonly string _folder;
    private readonly Dictionary<string, (TimeSpan Took, HashSet<int> Reached)> _classes = [];

    private TestClasses(string folder) => _folder = folder;

    public int Count => _classes.Count;

    /// <summary>Builds the tests with the mutated assembly, and runs each class once without a mutant.</summary>
    public static async Task<TestClasses> MeasureAsync(Workspace workspace)
    {
        var variables = new Dictionary<string, string> { ["RunAnalyzers"] = "false" };
        await Command.RunAsync(workspace.Root, variables, "dotnet", "build", "tests/Core.Tests", "-c", "Debug", "--verbosity", "quiet", "--nologo");
        string folder = Path.Combine(workspace.Root, "tests", "Core.Tests", "bin", "Debug", "net10.0");
        File.Copy(workspace.MutatedAssembly, Path.Combine(folder, "OpenAIStream.Core.dll"), overwrite: true);
        var tests = new TestClasses(folder);
        string listed = await Command.RunAsync(folder, [], "dotnet", "Core.Tests.dll", "-list", "classes");
        foreach (string name in listed.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!LeftOut.Any(name.Split('.')[^1].Contains))
            {
                await tests.MeasureAsync(name);
            }
        }

        return tests;
    }

    /// <summary>Runs each mutant with the classes that reach it, the fast ones first. Stopped early, it returns what it has: a sample.</summary>
    public async Task<IReadOnlyDictionary<Mutant, Outcome>> RunAsync(Mutant[] mutants, CancellationToken stop)
    {
        var outcomes = new Dictionary<Mutant, Outcome>();
        var watch = Stopwatch.StartNew();
        var shuffled = mutants.ToArray();
        new Random(1).Shuffle(shuffled);
        await Parallel.ForEachAsync(shuffled, new ParallelOptions { MaxDegreeOfParallelism = Workers }, async (mutant, _) =>
        {
            if (stop.IsCancellationRequested)
            {
                return;
            }

            var outcome = await RunAsync(mutant);
            lock (outcomes)
            {
                outcomes.Add(mutant, outcome);
                if (outcome != Outcome.Killed)
                {
                    Console.WriteLine($"{outcome}: {mutant.File}:{mutant.Line}  {mutant.Original} -> {mutant.Mutation}");
                }

                if (outcomes.Count % 50 == 0)
                {
                    Console.WriteLine($"{outcomes.Count} of {mutants.Length} after {watch.Elapsed.TotalMinutes:0.0} minutes");
                }
            }
        });
        return outcomes;
    }

    private async Task<Outcome> RunAsync(Mutant mutant)
    {
        var covering = _classes.Where(one => one.Value.Reached.Contains(mutant.Id)).OrderBy(one => one.Value.Took).ToArray();
        if (covering.Length == 0)
        {
            return Outcome.NotCovered;
        }

        foreach (var classes in Batches(covering))
        {
            if (!await PassAsync(mutant, [.. classes.Select(one => one.Key)], classes.Sum(one => one.Value.Took.TotalSeconds)))
            {
                return Outcome.Killed;
            }
        }

        return Outcome.Survived;
    }

    /// <summary>One process for the fastest classes, which kill most mutants, and each further one for slower ones that take four times as long.</summary>
    private static IEnumerable<KeyValuePair<string, (TimeSpan Took, HashSet<int> Reached)>[]> Batches(KeyValuePair<string, (TimeSpan Took, HashSet<int> Reached)>[] sorted)
    {
        var batch = new List<KeyValuePair<string, (TimeSpan Took, HashSet<int> Reached)>>();
        double limit = FirstBatch.TotalSeconds;
        foreach (var one in sorted)
        {
            batch.Add(one);
            if (batch.Sum(member => member.Value.Took.TotalSeconds) >= limit)
            {
                yield return [.. batch];
                batch.Clear();
                limit *= 4;
            }
        }

        if (batch.Count > 0)
        {
            yield return [.. batch];
        }
    }

    /// <summary>Whether the classes pass; a mutant that hangs fails them.</summary>
    private async Task<bool> PassAsync(Mutant mutant, string[] classes, double seconds)
    {
        var variables = new Dictionary<string, string> { ["STRYKER_MUTANT_ID_CONTROL_VAR"] = "MUTANT", ["MUTANT"] = $"{mutant.Id}" };
        var limit = TimeSpan.FromSeconds(Math.Min(20 + (3 * seconds), LongestRun.TotalSeconds));
        var (exitCode, _) = await Command.TryAsync(_folder, variables, limit, "dotnet", ["Core.Tests.dll", "-noLogo", "-stopOnFail", .. Only(classes)]);
        return exitCode == 0;
    }

    private async Task MeasureAsync(string name)
    {
        string coverage = $"openaistream-{Guid.NewGuid():N}";
        var watch = Stopwatch.StartNew();
        var (exitCode, output) = await Command.TryAsync(
            _folder, new() { ["STRYKER_COVERAGE_FILE"] = coverage + ".txt" }, TimeSpan.FromMinutes(5), "dotnet", ["Core.Tests.dll", "-noColor", "-noLogo", .. Only([name])]);
        var took = watch.Elapsed;
        var reached = new HashSet<int>();
        foreach (string file in Directory.GetFiles(Path.GetTempPath(), coverage + "*"))
        {
            reached.UnionWith(File.ReadAllText(file).Split(',', ';').Where(id => id.Length > 0).Select(int.Parse));
            File.Delete(file);
        }

        if (exitCode != 0)
        {
            Console.WriteLine($"Left out, because it fails without a mutant: {name}\n{output}");
        }
        else if (reached.Count > 0)
        {
            _classes.Add(name, (took, reached));
        }
    }

    private static IEnumerable<string> Only(string[] classes) => classes.SelectMany(name => new[] { "-class", name });
}
