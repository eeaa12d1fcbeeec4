namespace OpenAIStream.Mutate;

/// <summary>Runs the tests one after the other, in one process as long as that is reliable.</summary>
internal sealed class Lane(TestCases tests) : IDisposable
{
    private TestWorker? _worker;

    /// <summary>Whether the test detects the mutant: it fails or does not end with it, and passes without it.</summary>
    public async Task<bool> IsNoticedAsync(int mutant, TestCase test)
    {
        // The second round uses a new process: an earlier mutant may have damaged the first one.
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

        bool passes = await PassesAsync(TestWorker.NoMutant, test); // the mutant damaged its process
        if (!passes)
        {
            Console.WriteLine($"Fails without a mutant: {test.Name}");
        }

        return passes;
    }

    /// <summary>Makes the next test run in a new process.</summary>
    public void EndWorker()
    {
        _worker?.Dispose();
        _worker = null;
    }

    public void Dispose() => EndWorker();

    private async Task<bool> PassesAsync(int mutant, TestCase test)
    {
        // The first test in a process also pays for its startup.
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
