namespace OpenAIStream;

/// <summary>An item of the output has begun, or is done.</summary>
public sealed class ResponseOutputItemEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseOutputItemEvent>(
        static () => new(),
        ("item", ResponseItem.AnyShape));

    /// <summary>The item as it is now.</summary>
    public ResponseItem? Item => GetModel<ResponseItem>("item");
}
