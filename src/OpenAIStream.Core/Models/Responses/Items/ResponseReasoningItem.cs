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

    /// <summary>The summary, a part a paragraph, or the thoughts where there is none; empty where the service keeps both.</summary>
    public override string ToString() => string.Join("\n\n", (Summary.Count > 0 ? Summary : Content).Select(static part => part.Text));
}
