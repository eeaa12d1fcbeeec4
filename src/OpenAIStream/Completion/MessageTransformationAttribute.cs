using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// Lets a parameter for messages take text (said by the user), hashtables and custom objects with role and content, and
/// answers.
/// </summary>
public sealed class MessageTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether an answer stands for the conversation that it ends; else for its text, said by the user.</summary>
    public bool IsHistory { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) => Dictionaries.Unwrap(inputData) switch
    {
        ChatMessage message => message,
        ChatCompletion completion when IsHistory => OutputMembers.Conversation(completion),
        ModelOutput output => new ChatMessage("user", output.Text),
        string text => new ChatMessage("user", text),
        IDictionary fields => FromFields(fields),
        object?[] items => items.Select(item => Transform(engineIntrinsics, item!)).SelectMany(static item => item as object?[] ?? [item]).ToArray(),
        var other => other,
    };

    private static ChatMessage FromFields(IDictionary fields)
    {
        var message = new ChatMessage();
        foreach (DictionaryEntry field in fields)
        {
            message[field.Key.ToString()!.ToLowerInvariant()] = field.Value;
        }

        return message.Role is not null ? message
            : throw new ArgumentTransformationMetadataException("A message needs a role and content, such as @{ role = 'user'; content = 'Hello' }.");
    }
}
