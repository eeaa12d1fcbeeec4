using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// Lets a parameter for messages take text (said by the user), hashtables and custom objects with role and content, and
/// completions, which stand for the conversation that they end.
/// </summary>
public sealed class MessageTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) => Dictionaries.Unwrap(inputData) switch
    {
        ChatMessage message => message,
        ChatCompletion completion => OutputMembers.Conversation(completion),
        string text => new ChatMessage("user", text),
        IDictionary fields => FromFields(fields),
        object?[] items => items.Select(item => Transform(engineIntrinsics, item!)).SelectMany(static item => item as object?[] ?? [item]).ToArray(),
        var other => other,
    };

    internal static ChatMessage FromFields(IDictionary fields) => JsonModel.FromFields<ChatMessage>(fields) is { Role: not null } message ? message
        : throw new ArgumentTransformationMetadataException("A message needs a role and content, such as @{ role = 'user'; content = 'Hello' }.");
}
