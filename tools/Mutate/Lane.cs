namespace OpenAIStream.Mutate;

/// <summary>Runs one test after the other, in one process as long as that is sound.</summary>
internal sealed class Lane(TestCases tests) : IDisposable
{
    private TestWorker? _worker;

    /// <summary>Whether the test fails for the mutant: it fails, or does not end, with it, and passes without it.</summary>
    public async Task<bool> IsNoticedAsync(int mutant, TestCase test)
    {
        // In the second round the process is new: an earlier mutant may have spoiled the first one.
        for (int round = 0; round < 2; round++)
        {
            if (await PassesAsync(mutant, test))
            {
                return false;
            }

            if (await PassesAsync(TestWorker.NoMutant, test))
            {
                return true;
            }

            EndWorker();
        }

        bool passes = await PassesAsync(TestWorker.NoMutant, test); // then the mutant spoils its process
        if (!passes)
        {
            Console.WriteLine($"Fails without a mutant: {test.Name}");
        }

        return passes;
    }

    /// <summary>Lets the next test run in a new process.</summary>
    public void EndWorker()
    {
        _worker?.Dispose();
        _worker = null;
    }

    public void Dispose() => EndWorker();

    private async Task<bool> PassesAsync(int mutant, TestCase test)
    {
        // The first test in a process makes the rest of it ready.
        var limit = (_worker is null ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(5)) + (10 * test.Took);
        _worker ??= await tests.StartWorkerAsync();
        var run = await _worker.RunAsync(mutant, test.Id, limit);
        if (run == null)
        {
            EndWorker();
        }

        return run is { HasPassed: true };
    }
}
