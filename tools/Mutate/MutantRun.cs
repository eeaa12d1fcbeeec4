using System.Collections.Concurrent;
using System.Diagnostics;

namespace OpenAIStream.Mutate;

/// <summary>The result for a mutant.</summary>
internal enum Outcome
{
    Killed,
    Survived,
    NotCovered,
}

/// <summary>Runs each mutant with the tests that reach it, in reused processes.</summary>
internal sealed class MutantRun(Mutant[] mutants, TestCases tests)
{
    private readonly ConcurrentDictionary<(string File, string Test), int> _kills = [];
    private readonly Dictionary<Mutant, Outcome> _outcomes = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>Runs them in any order. If it is stopped early, it returns the results so far: a sample.</summary>
    public async Task<IReadOnlyDictionary<Mutant, Outcome>> RunAsync(CancellationToken stop)
    {
        var shuffled = mutants.ToArray();
        new Random(1).Shuffle(shuffled);
        var queue = new ConcurrentQueue<Mutant>(shuffled);
        await Task.WhenAll(Enumerable.Range(0, TestCases.Workers).Select(async _ =>
        {
            using var lane = new Lane(tests);
            while (queue.TryDequeue(out var mutant) && await RunAsync(mutant, lane, stop) is { } outcome)
            {
                Add(mutant, outcome);
            }
        }));
        return _outcomes;
    }

    /// <summary>The result for the mutant; null when the run must stop.</summary>
    private async Task<Outcome?> RunAsync(Mutant mutant, Lane lane, CancellationToken stop)
    {
        var reaching = tests.Reaching(mutant);
        bool isReachedOnce = reaching.Count > 0 && tests.IsReachedOnce(mutant);
        if (isReachedOnce)
        {
            // Each test that reaches the file may detect it, and needs a process where the code has not run yet.
            reaching = [.. mutants.Where(other => other.File == mutant.File).SelectMany(tests.Reaching).Distinct()];
            lane.EndWorker();
        }

        // Fast tests first, and those that detected other mutants of the file.
        foreach (var test in reaching.OrderBy(test => (1 + test.Took.TotalMilliseconds) / (1 + _kills.GetValueOrDefault((mutant.File, test.Id)))))
        {
            if (stop.IsCancellationRequested)
            {
                return null;
            }

            if (await lane.IsNoticedAsync(mutant.Id, test))
            {
                _kills.AddOrUpdate((mutant.File, test.Id), 1, static (_, kills) => kills + 1);
                return Outcome.Killed;
            }
        }

        if (isReachedOnce)
        {
            lane.EndWorker();
        }

        return reaching.Count > 0 ? Outcome.Survived : Outcome.NotCovered;
    }

    private void Add(Mutant mutant, Outcome outcome)
    {
        lock (_outcomes)
        {
            _outcomes.Add(mutant, outcome);
            if (outcome != Outcome.Killed)
            {
                Console.WriteLine($"{outcome}: {mutant.File}:{mutant.Line}  {mutant.Original} -> {mutant.Mutation}");
            }

            if (_outcomes.Count % 50 == 0)
            {
                Console.WriteLine($"{_outcomes.Count} of {mutants.Length} after {_watch.Elapsed.TotalMinutes:0.0} minutes");
            }
        }
    }
}
