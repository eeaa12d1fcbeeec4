namespace OpenAIStream;

/// <summary>The reasoning of the model.</summary>
public sealed class ResponseReasoningItem : ResponseItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseReasoningItem>(
        static () => new(),
        ("summary", ResponseContentPart.Shape),
        ("content", ResponseContentPart.Shape));

    /// <summary>A summary, in parts.</summary>
    public IReadOnlyList<ResponseContentPart> Summary => GetList<ResponseContentPart>("summary");

    /// <summary>The reasoning itself, if the service returns it.</summary>
    public IReadOnlyList<ResponseContentPart> Content => GetList<ResponseContentPart>("content");

    /// <summary>The encrypted reasoning, to be sent back to the service in the next request.</summary>
    public string? EncryptedContent => GetString("encrypted_content");

    /// <summary>The summary, with a paragraph for each part, or the reasoning if there is no summary; empty if the service returns neither.</summary>
    public override string ToString() => string.Join("\n\n", (Summary.Count > 0 ? Summary : Content).Select(static part => part.Text));
}
