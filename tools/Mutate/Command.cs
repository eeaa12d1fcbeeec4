using System.Diagnostics;

namespace OpenAIStream.Mutate;

/// <summary>Runs a program and returns its output.</summary>
internal static class Command
{
    /// <exception cref="CommandFailedException">The exit code is not 0.</exception>
    public static async Task<string> RunAsync(string folder, Dictionary<string, string> variables, string program, params string[] arguments)
    {
        var (exitCode, output) = await TryAsync(folder, variables, Timeout.InfiniteTimeSpan, program, arguments);
        return exitCode == 0
            ? output
            : throw new CommandFailedException($"{program} {string.Join(' ', arguments)} failed with exit code {exitCode}:\n{output}");
    }

    /// <summary>The exit code, which is null after a timeout, and the output.</summary>
    public static async Task<(int? ExitCode, string Output)> TryAsync(
        string folder, Dictionary<string, string> variables, TimeSpan limit, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
            return (process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return (null, "");
        }
    }
}
