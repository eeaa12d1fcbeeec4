using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using Xunit;

namespace OpenAIStream.Tests.Console;

/// <summary>The examples of the CommonMark specification, from the npm package commonmark-spec; they are not part of the project.</summary>
internal static class CommonMark
{
    private const string Version = "0.31.2";
    private const string Hash = "257C41AD946F7A1414A499ACA402A1AA8FDAC3678532266611348C1CF54F4B80";
    private const string Fence = "````````````````````````````````";

    private static readonly Lazy<string?> File = new(Find);

    public static IReadOnlyList<(int Number, string Markdown, string Html)> Examples()
    {
        Assert.SkipWhen(File.Value is null, $"The CommonMark specification is not here, and npm could not bring it. Set OPENAISTREAM_COMMONMARK to spec.txt of commonmark-spec {Version}.");
        string text = System.IO.File.ReadAllText(File.Value!);
        Assert.Equal(Hash, Convert.ToHexString(SHA256.HashData(System.IO.File.ReadAllBytes(File.Value!))));
        string[] parts = text.Replace('→', '\t').Split(Fence);
        return [.. parts.Where(static part => part.StartsWith(" example\n", StringComparison.Ordinal)).Select(static (part, at) =>
        {
            string[] sides = part[" example\n".Length..].Split("\n.\n");
            return sides.Length == 2 ? (at + 1, sides[0] + "\n", sides[1]) : (at + 1, sides[0][..^2], sides[0]);
        })];
    }

    private static string? Find()
    {
        string folder = Path.GetFullPath(Path.Combine(Answers.Folder, "../../../../out/commonmark"));
        string fetched = Path.Combine(folder, "node_modules/commonmark-spec/spec.txt");
        string? given = Environment.GetEnvironmentVariable("OPENAISTREAM_COMMONMARK");
        if (given is not null || System.IO.File.Exists(fetched))
        {
            return given ?? fetched;
        }

        try
        {
            Directory.CreateDirectory(folder);
            string[] arguments = ["install", "--prefix", folder, "--no-save", "--ignore-scripts", "--silent", $"commonmark-spec@{Version}"];
            using var npm = Process.Start(new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            if (!npm.WaitForExit(TimeSpan.FromMinutes(1)))
            {
                npm.Kill(entireProcessTree: true);
            }
        }
        catch (Win32Exception)
        {
            // npm is missing
        }

        return System.IO.File.Exists(fetched) ? fetched : null;
    }
}
