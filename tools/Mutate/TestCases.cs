using System.Collections.Concurrent;

namespace OpenAIStream.Mutate;

/// <summary>A test and its duration.</summary>
internal sealed record TestCase(string Id, string Name, TimeSpan Took);

/// <summary>The tests of Core.Tests, and the mutants that each of them reaches.</summary>
internal sealed class TestCases
{
    /// <summary>One more than there are processors: a mutant often makes a test wait.</summary>
    public static readonly int Workers = Environment.ProcessorCount + 1;

    // Slow tests, and tests about memory, milliseconds or folders: they would fail for reasons other than the mutant.
    private static readonly string[] LeftOut =
    [
        "FuzzTests", "DifferentialTests", "JsonSharingTests", "JsonRepeatTests", "LinearityTests", "HostileServerTests.A_body_that_repeats", "SizeLimitTests.What_becomes",
        "LeakTests", "PeakMemoryTests", "AllocationTests", "LettingGoTests", "UnattendedTests", "ExamplesTests", "FolderTests",
    ];

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly string _folder;
    private readonly Dictionary<int, List<TestCase>> _reaching = [];
    private readonly HashSet<int> _reachedAgain = [];

    private TestCases(string folder) => _folder = folder;

    public int Count { get; private set; }

    /// <summary>Builds the tests with the mutated assembly, and runs each twice without a mutant.</summary>
    public static async Task<TestCases> MeasureAsync(Workspace workspace)
    {
        var variables = new Dictionary<string, string> { ["RunAnalyzers"] = "false" };
        await Command.RunAsync(workspace.Root, variables, "dotnet", "build", "tools/Mutate/Worker", "-c", "Debug", "--verbosity", "quiet", "--nologo");
        string folder = Path.Combine(workspace.Root, "tools", "Mutate", "Worker", "bin", "Debug", "net10.0");
        File.Copy(workspace.MutatedAssembly, Path.Combine(folder, "OpenAIStream.Core.dll"), overwrite: true);
        var tests = new TestCases(folder);
        using var first = await tests.StartWorkerAsync();
        var queue = new ConcurrentQueue<(string Id, string Name)>(from test in first.Tests where !IsLeftOut(test.Value) select (test.Key, test.Value));
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => tests.MeasureAsync(queue)));
        return tests;
    }

    public Task<TestWorker> StartWorkerAsync() => TestWorker.StartAsync(_folder);

    /// <summary>The tests that reach the mutant.</summary>
    public IReadOnlyList<TestCase> Reaching(Mutant mutant) => _reaching.GetValueOrDefault(mutant.Id) ?? [];

    /// <summary>Whether the mutant is in code that runs once in a process, such as that of a static field.</summary>
    public bool IsReachedOnce(Mutant mutant) => !_reachedAgain.Contains(mutant.Id);

    private static bool IsLeftOut(string name) => LeftOut.Any(name.Split('(')[0].Contains);

    private async Task MeasureAsync(ConcurrentQueue<(string Id, string Name)> queue)
    {
        var worker = await TestWorker.StartAsync(_folder, isMeasuring: true);
        while (queue.TryDequeue(out var test))
        {
            var first = await worker.RunAsync(TestWorker.NoMutant, test.Id, Longest);
            var second = first == null ? null : await worker.RunAsync(TestWorker.NoMutant, test.Id, Longest);
            if (second is { HasPassed: true })
            {
                Add(new(test.Id, test.Name, second.Took), first!.Reached, second.Reached);
                continue;
            }

            Console.WriteLine($"Left out, because it {(second == null ? "takes long" : "fails without a mutant")}: {test.Name}");
            worker.Dispose();
            worker = await TestWorker.StartAsync(_folder, isMeasuring: true);
        }

        worker.Dispose();
    }

    private void Add(TestCase test, IEnumerable<int> reached, IEnumerable<int> reachedAgain)
    {
        lock (_reaching)
        {
            Count++;
            _reachedAgain.UnionWith(reachedAgain);
            foreach (int mutant in reached.Union(reachedAgain))
            {
                if (!_reaching.TryGetValue(mutant, out var tests))
                {
                    _reaching.Add(mutant, tests = []);
                }

                tests.Add(test);
            }
        }
    }
}
