namespace OpenAIStream;

/// <summary>A refusal is complete.</summary>
public sealed class ResponseRefusalDoneEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseRefusalDoneEvent>(static () => new());

    /// <summary>Its whole text.</summary>
    public string? Refusal => GetString("refusal");
}
