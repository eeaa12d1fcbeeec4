using System.Runtime.CompilerServices;

namespace OpenAIStream.Tests.Console;

/// <summary>Answers to show: those in answers.txt, and those of the recorded streams if they exist.</summary>
internal static class Answers
{
    public static string Folder { get; } = SourceFolder();

    /// <summary>Each with its name.</summary>
    public static IReadOnlyList<(string Name, string Text)> Written { get; } =
    [
        .. File.ReadAllText(Path.Combine(Folder, "answers.txt")).Split("%%% ", StringSplitOptions.RemoveEmptyEntries)
            .Select(static answer => (answer[..answer.IndexOf('\n')], answer[(answer.IndexOf('\n') + 1)..])),
    ];

    public static string Text(string name) => Written.Single(answer => answer.Name == name).Text;

    /// <summary>The text of a recorded stream.</summary>
    public static string Recorded(string file) => string.Concat(Captures.Payloads(file).Select(payload =>
        file.Contains("responses", StringComparison.Ordinal) ? JsonModel.FromJson<ResponseEvent>(payload).Text
        : file.Contains("completions", StringComparison.Ordinal) ? JsonModel.FromJson<Completion>(payload).Text
        : JsonModel.FromJson<ChatCompletionChunk>(payload).Text));

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
