using System.Runtime.CompilerServices;
using Xunit;

namespace OpenAIStream.Tests;

/// <summary>Recorded streams of real services, if they exist; they are not part of the project.</summary>
internal static class Captures
{
    // Used instead of a file's name: xunit counts a theory without data as failed, even if it says that it skips it.
    private const string Missing = "none: the recorded streams are not here (../shared/captures)";

    private static readonly string Folder = Path.GetFullPath(Path.Combine(SourceFolder(), "../../../shared/captures"));

    /// <summary>An API's recordings; one that skips its test if there are none.</summary>
    public static IEnumerable<string> Files(string api) =>
        Directory.Exists(Folder) ? Directory.EnumerateFiles(Path.Combine(Folder, api), "*.sse").Order(StringComparer.Ordinal) : [Missing];

    public static void SkipIfMissing(string file) => Assert.SkipWhen(file == Missing, Missing);

    /// <summary>The payloads before <c>[DONE]</c>, read in the simplest way.</summary>
    public static string[] Payloads(string file)
    {
        SkipIfMissing(file);
        return [.. File.ReadLines(file).Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..]).TakeWhile(data => data != "[DONE]")];
    }

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
