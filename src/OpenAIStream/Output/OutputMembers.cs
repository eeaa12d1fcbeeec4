using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// The members that the module's types file adds to what cmdlets write: what PowerShell users need and the library does not
/// know. The engine calls these methods; a script reads the properties.
/// </summary>
public static class OutputMembers
{
    /// <summary>What the cmdlet was given, which this is the answer to; null where that is not known.</summary>
    public static object? GetInput(PSObject output) => Source(output)?.Input;

    /// <summary>Which of the cmdlet's inputs that was, from 0.</summary>
    public static int? GetInputIndex(PSObject output) => Source(output)?.Index;

    /// <summary>How fast the answer came, as far as it has; null for one that no cmdlet asked for.</summary>
    public static StreamTiming? GetTiming(PSObject output) => Source(output)?.Timing;

    /// <summary>
    /// The conversation up to the first answer and with it: what the cmdlet had sent, tool calls and their results included.
    /// Where what was sent is not known it is the answer alone.
    /// </summary>
    public static IReadOnlyList<ChatMessage> GetMessages(PSObject completion) =>
        completion?.BaseObject is ChatCompletion known ? Conversation(known) : [];

    /// <summary>The answer's text as an object, where it is JSON; else null.</summary>
    /// <exception cref="FormatException">It was asked for by a schema, and the text is not what that says. The engine takes that for null.</exception>
    public static object? GetParsed(PSObject answer) =>
        answer?.BaseObject is ModelOutput known ? ParsedAnswer.Of(known, StreamSource.Of(known)?.Schema ?? AskedSchema.Of(known)) : null;

    /// <summary>The command that a tool was made from and that runs it. Null: a call of it is the caller's to answer.</summary>
    public static CommandInfo? GetCommand(PSObject tool) => tool?.BaseObject is ChatTool known ? CommandTool.CommandOf(known) : null;

    /// <summary>The payload, for whoever reads the object where this module is not loaded, and to make the object of again.</summary>
    public static string? GetJson(PSObject model) => (model?.BaseObject as JsonModel)?.ToJson();

    /// <summary>What an output knows of its request, to be serialized with it.</summary>
    public static string? GetSourceJson(PSObject output) =>
        output?.BaseObject is ModelOutput known && StreamSource.Of(known) is StreamSource source ? SerializedSource.Write(source, known) : null;

    internal static ChatMessage[] Conversation(ChatCompletion completion) =>
        [.. StreamSource.Of(completion)?.Messages ?? [], .. completion.Choices.Take(1).Select(static choice => choice.Message).OfType<ChatMessage>()];

    private static StreamSource? Source(PSObject? output) => output?.BaseObject is ModelOutput known ? StreamSource.Of(known) : null;
}
