using System.Collections;

namespace OpenAIStream;

/// <summary>
/// Reads what a response should continue from: responses, compacted responses, chat completions, chats, items, messages, user
/// text, and lists of these.
/// </summary>
/// <param name="parameter">The name of the parameter.</param>
internal sealed class HistoryReader(string parameter)
{
    private readonly PromptReader _reader = new(PromptKind.Items, parameter);

    /// <exception cref="ArgumentException">It cannot be sent.</exception>
    public ResponseHistory Read(object? given) => Read(given, ResponseHistory.None);

    /// <summary>The same for requests that can contain only items.</summary>
    /// <exception cref="ArgumentException">It cannot be sent, or only the service knows a part of it.</exception>
    public JsonModel[] ReadItems(object? given) => Read(given) is { PreviousResponseId: null } history
        ? history.Items
        : throw new ArgumentException($"-{parameter} contains a response whose beginning only the service knows. Use its Output, or items from Get-OpenAIResponseInput.");

    private ResponseHistory Read(object? given, ResponseHistory before) => PlainValue.Base(SerializedModel.Alive(given)) switch
    {
        null => before,
        Response response => before.With(ResponseHistory.Of(response)),
        CompactedResponse compacted => before.With(new(null, [.. compacted.Output])),
        ChatCompletion completion => before.With(Sent(OutputMembers.Conversation(completion).SelectMany(static message => ResponseInput.From(message.ToInput())))),
        ChatConversation conversation => before.With(Sent(conversation.Messages.SelectMany(static message => ResponseInput.From(message.ToInput())))),
        StreamChunk => throw new ArgumentException($"A chunk is only a part of an answer. Join-OpenAIChunk joins chunks into the answer: ... -{parameter} ($chunks | Join-OpenAIChunk)."),
        IEnumerable items and not (string or IDictionary) => items.Cast<object?>().Aggregate(before, (history, item) => Read(item, history)),
        _ => new(before.PreviousResponseId, [.. before.Items, .. PromptReader.Items(_reader.Read(given, parameter)).OfType<JsonModel>()]),
    };

    private static ResponseHistory Sent(IEnumerable<JsonModel> items) => new(null, [.. items]);
}
