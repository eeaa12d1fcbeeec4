using System.Runtime.CompilerServices;

namespace OpenAIStream.Tests;

/// <summary>Recorded streams of real services, where they are at hand; they are no part of the project.</summary>
internal static class Captures
{
    public const string Missing = "the recorded streams are not here (../shared/captures)";

    private static readonly string Folder = Path.GetFullPath(Path.Combine(SourceFolder(), "../../../shared/captures"));

    public static bool Exist => Directory.Exists(Folder);

    public static IEnumerable<string> Files(string api) =>
        Exist ? Directory.EnumerateFiles(Path.Combine(Folder, api), "*.sse").Order(StringComparer.Ordinal) : [];

    /// <summary>The payloads before <c>[DONE]</c>, read in the plainest way there is.</summary>
    public static string[] Payloads(string file) =>
        [.. File.ReadLines(file).Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..]).TakeWhile(data => data != "[DONE]")];

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
