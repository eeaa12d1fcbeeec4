using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// What cmdlets know of the answers that they write. The engine calls the public methods, because the types file names them:
/// they are what it has to read without the adapter, on threads that have no runspace (<see cref="AddedMembers"/> has all).
/// </summary>
public static class OutputMembers
{
    /// <summary>What the cmdlet was given, which this is the answer to; null where that is not known.</summary>
    public static object? GetInput(PSObject output) => Source(output)?.Input;

    /// <summary>Which of the cmdlet's inputs that was, from 0.</summary>
    public static int? GetInputIndex(PSObject output) => Source(output)?.Index;

    /// <summary>The payload, for whoever reads the object where this module is not loaded, and to make the object of again.</summary>
    public static string? GetPayloadJson(PSObject model) => (model?.BaseObject as JsonModel)?.ToJson();

    /// <summary>What an output knows of its request, to be serialized with it.</summary>
    public static string? GetSourceJson(PSObject output) =>
        output?.BaseObject is ModelOutput known && StreamSource.Of(known) is StreamSource source ? SerializedSource.Write(source, known) : null;

    internal static ChatMessage[] Conversation(ChatCompletion completion) =>
        [.. StreamSource.Of(completion)?.Messages ?? [], .. completion.Choices.Take(1).Select(static choice => choice.Message).OfType<ChatMessage>()];

    private static StreamSource? Source(PSObject? output) => output?.BaseObject is ModelOutput known ? StreamSource.Of(known) : null;
}
