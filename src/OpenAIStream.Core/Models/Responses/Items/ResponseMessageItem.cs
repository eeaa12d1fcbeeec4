namespace OpenAIStream;

/// <summary>A message.</summary>
public sealed class ResponseMessageItem : ResponseItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseMessageItem>(
        static () => new(),
        ("content", ResponseContentPart.Shape));

    /// <summary>Who speaks.</summary>
    public string? Role => GetString("role");

    /// <summary>Its parts.</summary>
    public IReadOnlyList<ResponseContentPart> Content => GetList<ResponseContentPart>("content");

    /// <summary>What a person would read of it.</summary>
    public string Text => ReadText(Content);

    /// <summary>The text.</summary>
    public override string ToString() => Text;

    internal static string ReadText(IEnumerable<ResponseContentPart> parts) => string.Concat(parts.Select(static part => string.IsNullOrEmpty(part.Text) ? part.Refusal : part.Text));

    /// <summary>Whether it is commentary or the final answer, where that is told.</summary>
    public string? Phase => GetString("phase");

    /// <summary>Whether it tells what the model is about to do, and is no part of the answer.</summary>
    internal bool IsCommentary => Phase == "commentary";
}
