namespace OpenAIStream;

/// <summary>
/// Events that say in their field <c>type</c> what they are, as those of the Responses API do: <c>response.completed</c>
/// is the last. Objects of an API that is not known pass as they are, and its end is an end.
/// </summary>
internal sealed class ResponseDecoder<T>(JsonShape shape) : ModelDecoder<T>(shape) where T : JsonModel
{
    private bool _isResponse;
    private string? _responseId;
    private long? _sequenceNumber;

    public override bool IsFinished => !_isResponse || IsOver;

    // Many servers send no [DONE] after it, and some keep the connection open.
    public override bool IsOver => FinishReason is not null;

    public override (string? ResponseId, long? SequenceNumber) Position => (_responseId, _sequenceNumber);

    /// <summary>After a resumption: events up to this one are known and come again from servers that begin at the first.</summary>
    public long? KnownUpTo { get; set; }

    /// <summary>Takes up a response in the middle.</summary>
    public void Begin(string responseId, long? after)
    {
        _isResponse = true;
        _responseId = responseId;
        _sequenceNumber = KnownUpTo = after;
    }

    public override T? Decode(in SseFrame frame, SseParser parser)
    {
        var chunk = base.Decode(frame, parser);
        return chunk?.Find("sequence_number") is long number && number <= KnownUpTo ? null : chunk;
    }

    public override string Text =>
        Last?.Find("type") is "response.output_text.delta" && Last.Find("delta") is string delta ? delta : base.Text;

    protected override void Observe(T chunk)
    {
        string? type = chunk.Find("type") as string;
        _isResponse |= type?.StartsWith("response.", StringComparison.Ordinal) == true;
        if (chunk.Find("sequence_number") is long number && !(number <= KnownUpTo))
        {
            _sequenceNumber = number;
        }

        switch (type)
        {
            case "response.created":
                _responseId = (chunk.Find("response") as JsonModel)?.Find("id") as string;
                FinishReason = null;
                break;
            case "response.completed":
                FinishReason = "completed";
                break;
            default:
                break;
        }
    }
}
