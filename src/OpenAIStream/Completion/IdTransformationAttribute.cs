using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// Allows a response, one of its events, the error of a broken stream, or an object with the id for a parameter that takes
/// the id of a response; anything else must be text.
/// </summary>
public class IdTransformationAttribute : ArgumentTransformationAttribute
{
    private static readonly TextTransformationAttribute Text = new();

    /// <summary>Whether the parameter takes several ids.</summary>
    public bool IsList { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        IsList && PlainValue.Base(inputData) is IEnumerable items and not (string or IDictionary)
            ? items.Cast<object?>().Select(item => Read(engineIntrinsics, item)).ToArray()
            : Read(engineIntrinsics, inputData);

    /// <summary>The id in a value; null if it has none.</summary>
    private protected virtual string? Find(object? value) => value switch
    {
        Response response => response.Id,
        ResponseLifecycleEvent { Response: Response response } => response.Id,
        ErrorRecord { Exception: ApiException { ResponseId: string id } } => id,
        ModelOutput => throw new ArgumentTransformationMetadataException("This is not a response, and does not contain the id of one. The id is in the first event of the stream, and in the response that Join-OpenAIChunk creates from all events."),
        _ => null,
    };

    /// <summary>The name of the id in a custom object, besides Id.</summary>
    private protected virtual string OtherName => "ResponseId";

    private protected static string? IdOf(IDictionary fields) =>
        fields.Cast<DictionaryEntry>().FirstOrDefault(static field => "id".Equals(field.Key as string, StringComparison.OrdinalIgnoreCase)).Value as string;

    private object? Read(EngineIntrinsics engineIntrinsics, object? given)
    {
        object? value = SerializedModel.Alive(given);
        return Find(PlainValue.Base(value)) ?? IdIn(value) ?? Text.Transform(engineIntrinsics, value);
    }

    private string? IdIn(object? value) => value is PSObject { BaseObject: PSCustomObject } custom
        ? (custom.Properties[OtherName] ?? custom.Properties["Id"])?.Value as string
        : null;
}

/// <summary>The same for the id of a conversation: it accepts the conversation, or a response that belongs to one.</summary>
public sealed class ConversationIdTransformationAttribute : IdTransformationAttribute
{
    private protected override string OtherName => "ConversationId";

    private protected override string? Find(object? value) => value switch
    {
        Conversation conversation => conversation.Id,
        Response { Conversation: JsonMap conversation } => conversation["id"] as string,
        Response => throw new ArgumentTransformationMetadataException("This response does not belong to a conversation."),
        ModelOutput => throw new ArgumentTransformationMetadataException("This is not a conversation, and does not contain the id of one."),
        IDictionary { Count: > 0 } fields => IdOf(fields),
        _ => null,
    };
}

/// <summary>The same for the id of a conversation's item: it takes the item.</summary>
public sealed class ItemIdTransformationAttribute : IdTransformationAttribute
{
    private protected override string OtherName => "ItemId";

    private protected override string? Find(object? value) => value switch
    {
        ResponseItem item => item.Id ?? throw new ArgumentTransformationMetadataException("This item has no id: the service gives one to each item of a conversation, and Get-OpenAIConversationItem shows it."),
        ModelOutput or Conversation => throw new ArgumentTransformationMetadataException("This is no item of a conversation, and has no id of one."),
        IDictionary { Count: > 0 } fields => IdOf(fields),
        _ => null,
    };
}
