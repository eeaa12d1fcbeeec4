namespace OpenAIStream;

/// <summary>A message.</summary>
public sealed class ResponseMessageItem : ResponseItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseMessageItem>(
        static () => new(),
        ("content", ResponseContentPart.Shape));

    /// <summary>The speaker.</summary>
    public string? Role => GetString("role");

    /// <summary>Its parts.</summary>
    public IReadOnlyList<ResponseContentPart> Content => GetList<ResponseContentPart>("content");

    /// <summary>The readable text.</summary>
    public string Text => ReadText(Content);

    /// <summary>The text.</summary>
    public override string ToString() => Text;

    internal static string ReadText(IEnumerable<ResponseContentPart> parts) => string.Concat(parts.Select(static part => string.IsNullOrEmpty(part.Text) ? part.Refusal : part.Text));

    /// <summary>Whether it is commentary or the final answer, if the service sends it.</summary>
    public string? Phase => GetString("phase");

    /// <summary>Whether it says what the model is about to do, and is not part of the answer.</summary>
    internal bool IsCommentary => Phase == "commentary";
}
