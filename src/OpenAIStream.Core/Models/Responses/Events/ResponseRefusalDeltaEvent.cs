namespace OpenAIStream;

/// <summary>More of the model's refusal.</summary>
public sealed class ResponseRefusalDeltaEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseRefusalDeltaEvent>(static () => new());

    /// <summary>The new text.</summary>
    public string? Delta => GetString("delta");

    /// <summary>The readable text.</summary>
    public override string Text => Delta ?? "";
}
