namespace OpenAIStream;

/// <summary>An item of the output has started, or is complete.</summary>
public sealed class ResponseOutputItemEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseOutputItemEvent>(
        static () => new(),
        ("item", ResponseItem.AnyShape));

    /// <summary>The current state of the item.</summary>
    public ResponseItem? Item => GetModel<ResponseItem>("item");
}
