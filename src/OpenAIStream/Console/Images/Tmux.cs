using System.ComponentModel;
using System.Diagnostics;

namespace OpenAIStream;

/// <summary>tmux, if it runs between this process and its terminal.</summary>
internal static class Tmux
{
    private const int Patience = 500; // milliseconds

    public static bool IsBetween => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("TMUX"));

    /// <summary>Whether it passes sequences through to the terminal (its option allow-passthrough).</summary>
    public static bool LetsThrough()
    {
        try
        {
            using var asked = Process.Start(new ProcessStartInfo("tmux", "show-options -gwqv allow-passthrough")
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            return asked is not null && asked.WaitForExit(Patience) && asked.StandardOutput.ReadToEnd().Trim() is "on" or "all";
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            return false; // the command does not exist
        }
    }
}
