using System.Diagnostics;

namespace OpenAIStream.Mutate;

/// <summary>A reusable process that runs the tests of Core.Tests one by one, with a mutant or without.</summary>
internal sealed class TestWorker : IDisposable
{
    public const int NoMutant = -1;

    private readonly Process _process;

    private TestWorker(Process process) => _process = process;

    /// <summary>The ids and names of the tests.</summary>
    public Dictionary<string, string> Tests { get; } = [];

    /// <summary>Starts a process; on request, it reports which mutants a test reaches.</summary>
    /// <exception cref="CommandFailedException">The process ends at once.</exception>
    public static async Task<TestWorker> StartAsync(string folder, bool isMeasuring = false)
    {
        var start = new ProcessStartInfo("dotnet", ["Worker.dll"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (isMeasuring)
        {
            start.Environment["COVERAGE"] = "1";
        }

        var worker = new TestWorker(Process.Start(start)!);
        var errors = worker._process.StandardError.ReadToEndAsync();
        while (await worker._process.StandardOutput.ReadLineAsync() is { Length: > 0 } line)
        {
            int space = line.IndexOf(' ');
            worker.Tests.Add(line[..space], line[(space + 1)..]);
        }

        return worker.Tests.Count > 0 ? worker : throw new CommandFailedException($"The process for the tests ended: {await errors}");
    }

    /// <summary>Runs a test. Null if it does not end in time or ends the process: the process is unusable then.</summary>
    public async Task<TestRun?> RunAsync(int mutant, string test, TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        try
        {
            await _process.StandardInput.WriteLineAsync($"{mutant} {test}");
            await _process.StandardInput.FlushAsync(timeout.Token);
            string[]? answer = (await _process.StandardOutput.ReadLineAsync(timeout.Token))?.Split(' ');
            return answer is [var result, var milliseconds, var reached]
                ? new(
                    result == "passed",
                    TimeSpan.FromMilliseconds(int.Parse(milliseconds, null)),
                    [.. reached.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)])
                : null;
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}

/// <summary>The result of a test.</summary>
/// <param name="HasPassed">Whether it passed.</param>
/// <param name="Took">Its duration.</param>
/// <param name="Reached">The mutants that it reached, if that is measured.</param>
internal sealed record TestRun(bool HasPassed, TimeSpan Took, HashSet<int> Reached);
