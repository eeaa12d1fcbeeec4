using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace OpenAIStream;

/// <summary>The terminal of the console host, for queries.</summary>
internal static class ConsoleTerminal
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300); // also over a slow network

    /// <summary>
    /// Sends a query and returns the replies, up to the last one. It returns fewer if that takes too long, and sends nothing if the
    /// user has typed ahead: the input would be read as a reply, and lost.
    /// </summary>
    public static string Ask(string question)
    {
        if (Console.IsInputRedirected || Console.IsOutputRedirected)
        {
            return "";
        }

        try
        {
            return RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? AskConsole(question) : AskTerminal(question);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException or DllNotFoundException or EntryPointNotFoundException)
        {
            return "";
        }
    }

    private static string AskConsole(string question)
    {
        var answers = new StringBuilder();
        if (Console.KeyAvailable)
        {
            return "";
        }

        Console.Write(question);
        for (var sinceAsked = Stopwatch.StartNew(); sinceAsked.Elapsed < Patience && !ImageTerminal.IsWhole(answers.ToString());)
        {
            if (Console.KeyAvailable)
            {
                answers.Append(Console.ReadKey(intercept: true).KeyChar);
            }
            else
            {
                Thread.Sleep(1);
            }
        }

        return answers.ToString();
    }

    private static string AskTerminal(string question)
    {
        using var terminal = new FileStream("/dev/tty", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 1);
        using var quiet = UnixTerminal.BeQuiet(terminal.SafeFileHandle);
        if (quiet is null || UnixTerminal.HasInput(terminal.SafeFileHandle, TimeSpan.Zero))
        {
            return "";
        }

        byte[] asked = Encoding.ASCII.GetBytes(question);
        terminal.Write(asked, 0, asked.Length);
        terminal.Flush();
        var answers = new StringBuilder();
        var sinceAsked = Stopwatch.StartNew();
        while (!ImageTerminal.IsWhole(answers.ToString())
            && Patience - sinceAsked.Elapsed is var left && left > TimeSpan.Zero
            && UnixTerminal.HasInput(terminal.SafeFileHandle, left)
            && terminal.ReadByte() is int character and >= 0)
        {
            answers.Append((char)character);
        }

        return answers.ToString();
    }
}
