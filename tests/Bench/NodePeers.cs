using System.Diagnostics;

namespace OpenAIStream.Bench;

/// <summary>The clients for Node.js, on the same bytes; each line of the script's output is a figure.</summary>
internal static class NodePeers
{
    public static void Run()
    {
        string folder = Path.Combine(Repository.Root, "tests", "Bench", "node");
        string input = Path.Combine(Repository.Root, "out", "bench", "chat.sse");
        try
        {
            if (!Directory.Exists(Path.Combine(folder, "node_modules")))
            {
                Start(folder, OperatingSystem.IsWindows() ? "npm.cmd" : "npm", "ci", "--silent");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(input)!);
            File.WriteAllBytes(input, Inputs.Chat(100_000));
            foreach (string line in Start(folder, "node", "bench.mjs", input).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                string[] figure = line.Split('\t');
                Figures.Add("Node.js", figure[0], figure[1]);
            }
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            Console.WriteLine($"Not run: the peers for Node.js. {exception.Message}");
        }
    }

    private static string Start(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed.");
    }
}
