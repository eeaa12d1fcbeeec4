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

    public override StreamStanding Beginning => Standing;

    public override (string? ResponseId, long? SequenceNumber) Position => (_responseId, _sequenceNumber);

    /// <summary>After a resumption: events up to this one are known and come again from servers that begin at the first.</summary>
    public long? KnownUpTo { get; set; }

    // Many servers send no [DONE] after the last event, and some keep the connection open.
    protected override StreamStanding Standing => FinishReason is not null ? StreamStanding.Over
        : _isResponse ? StreamStanding.Unfinished : StreamStanding.Finished;

    /// <summary>Takes up a response in the middle.</summary>
    public void Begin(string responseId, long? after)
    {
        _isResponse = true;
        _responseId = responseId;
        _sequenceNumber = KnownUpTo = after;
    }

    public override Decoded<T> Decode(in SseFrame frame)
    {
        var found = base.Decode(frame);
        return found.Chunk?.Find("sequence_number") is long number && number <= KnownUpTo ? found with { Chunk = null } : found;
    }

    protected override string Observe(T chunk)
    {
        string? type = chunk.Find("type") as string;
        _isResponse |= type?.StartsWith("response.", StringComparison.Ordinal) == true;
        if (chunk.Find("sequence_number") is long number && !(number <= KnownUpTo))
        {
            _sequenceNumber = number;
        }

        switch (type)
        {
            case "response.output_text.delta" when chunk.Find("delta") is string delta:
                return delta;
            case "response.created":
                _responseId = (chunk.Find("response") as JsonModel)?.Find("id") as string;
                FinishReason = null;
                break;
            case "response.completed":
                FinishReason = "completed";
                break;
        }

        return (chunk as StreamChunk)?.Text ?? "";
    }
}
