namespace OpenAIStream;

/// <summary>A part of an item has started, or is complete.</summary>
public sealed class ResponseContentPartEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseContentPartEvent>(
        static () => new(),
        ("part", ResponseContentPart.Shape));

    /// <summary>The current state of the part.</summary>
    public ResponseContentPart? Part => GetModel<ResponseContentPart>("part");
}
