using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// What cmdlets know about their answers. The engine calls the public methods, because the types file refers to them: it
/// has to read them without the adapter, on threads without a runspace (<see cref="AddedMembers"/> has all of them).
/// </summary>
public static class OutputMembers
{
    /// <summary>The input of the cmdlet that this answers; null if unknown.</summary>
    public static object? GetInput(PSObject output) => Source(output)?.Input;

    /// <summary>The index of that input, starting at 0.</summary>
    public static int? GetInputIndex(PSObject output) => Source(output)?.Index;

    /// <summary>The payload, to read the object where this module is not loaded, and to create the object again.</summary>
    public static string? GetPayloadJson(PSObject model) => (model?.BaseObject as JsonModel)?.ToJson();

    /// <summary>What an output knows about its request, to be serialized with it.</summary>
    public static string? GetSourceJson(PSObject output) =>
        output?.BaseObject is ModelOutput known && StreamSource.Of(known) is StreamSource source ? SerializedSource.Write(source, known) : null;

    internal static ChatMessage[] Conversation(ChatCompletion completion) =>
        [.. StreamSource.Of(completion)?.Messages ?? [], .. completion.Choices.Take(1).Select(static choice => choice.Message).OfType<ChatMessage>()];

    private static StreamSource? Source(PSObject? output) => output?.BaseObject is ModelOutput known ? StreamSource.Of(known) : null;
}
