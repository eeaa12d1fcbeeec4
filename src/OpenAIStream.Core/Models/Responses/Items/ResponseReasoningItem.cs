namespace OpenAIStream;

/// <summary>What the model thought.</summary>
public sealed class ResponseReasoningItem : ResponseItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseReasoningItem>(
        static () => new(),
        ("summary", ResponseContentPart.Shape),
        ("content", ResponseContentPart.Shape));

    /// <summary>A summary, in parts.</summary>
    public IReadOnlyList<ResponseContentPart> Summary => GetList<ResponseContentPart>("summary");

    /// <summary>The thoughts themselves, where the service gives them.</summary>
    public IReadOnlyList<ResponseContentPart> Content => GetList<ResponseContentPart>("content");

    /// <summary>The thoughts for handing back to the service in the next request.</summary>
    public string? EncryptedContent => GetString("encrypted_content");
}
