namespace OpenAIStream;

/// <summary>More of what the model says instead of an answer it refuses to give.</summary>
public sealed class ResponseRefusalDeltaEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseRefusalDeltaEvent>(static () => new());

    /// <summary>The new text.</summary>
    public string? Delta => GetString("delta");

    /// <summary>What a person would read of it.</summary>
    public override string Text => Delta ?? "";
}
