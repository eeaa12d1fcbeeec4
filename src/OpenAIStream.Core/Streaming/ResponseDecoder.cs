namespace OpenAIStream;

/// <summary>
/// Events that say in their field <c>type</c> what they are, as those of the Responses API do: <c>response.completed</c>
/// is the last. Objects of an API that is not known pass as they are, and its end is an end.
/// </summary>
internal sealed class ResponseDecoder<T>(JsonShape shape) : ModelDecoder<T>(shape) where T : JsonModel
{
    private bool _isResponse;

    public override bool IsFinished => !_isResponse || IsOver;

    // Many servers send no [DONE] after it, and some keep the connection open.
    public override bool IsOver => FinishReason is not null;

    public override string TextOf(T chunk) =>
        chunk.Find("type") is "response.output_text.delta" && chunk.Find("delta") is string delta ? delta : base.TextOf(chunk);

    protected override void Observe(T chunk)
    {
        string? type = chunk.Find("type") as string;
        _isResponse |= type?.StartsWith("response.", StringComparison.Ordinal) == true;
        if (type == "response.completed")
        {
            FinishReason = "completed";
        }
    }
}
