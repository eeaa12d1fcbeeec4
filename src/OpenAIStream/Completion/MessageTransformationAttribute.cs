using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// Allows text (of the user), hashtables and custom objects with role and content, and completions, which represent their
/// conversation, for a parameter that takes messages.
/// </summary>
public sealed class MessageTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) => Dictionaries.Unwrap(inputData) switch
    {
        ChatMessage message => message,
        ChatCompletion completion => OutputMembers.Conversation(completion),
        ChatConversation conversation => conversation.Messages.ToArray(),
        string text => new ChatMessage("user", text),
        IDictionary fields => FromFields(fields),
        object?[] items => Conversation(items.Select(item => Transform(engineIntrinsics, item!)).ToArray()),
        ChatCompletionChunk => throw new ArgumentTransformationMetadataException("A chunk is only a part of an answer. Join-OpenAIChunk joins chunks into the answer: ... -History ($chunks | Join-OpenAIChunk)."),
        ModelOutput output => new ChatMessage("assistant", output.Text),
        var other => other,
    };

    /// <summary>Messages in order. A conversation that begins with the messages before it, like that of a later answer, replaces them.</summary>
    private static object?[] Conversation(object?[] items)
    {
        var messages = new List<object?>();
        foreach (object? item in items)
        {
            if (item is not object?[] several)
            {
                messages.Add(item);
                continue;
            }

            if (several.Length >= messages.Count && messages.Zip(several, IsSame).All(static isSame => isSame))
            {
                messages.Clear();
            }

            messages.AddRange(several);
        }

        return [.. messages];
    }

    private static bool IsSame(object? one, object? other) =>
        ReferenceEquals(one, other) || (one is ChatMessage first && other is ChatMessage second && first.ToInput().ToJson() == second.ToInput().ToJson());

    internal static ChatMessage FromFields(IDictionary fields) => JsonModel.FromFields<ChatMessage>(fields) is { Role: not null } message ? message
        : throw new ArgumentTransformationMetadataException("A message needs a role and content, such as @{ role = 'user'; content = 'Hello' }.");
}
