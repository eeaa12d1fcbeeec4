namespace OpenAIStream;

/// <summary>
/// Events with their kind in the field <c>type</c>, like those of the Responses API: one of a few types is the last.
/// Objects of an unknown API pass unchanged, and any end of it is a regular end.
/// </summary>
internal sealed class ResponseDecoder<T>(JsonShape shape) : ModelDecoder<T>(shape) where T : JsonModel
{
    private readonly bool _isModelled = typeof(T) == typeof(ResponseEvent);
    private readonly List<(object? Index, object? Id)> _commentary = [];        // the items that are not part of the answer
    private readonly HashSet<string> _withText = new(StringComparer.Ordinal);   // the parts whose text has arrived in pieces
    private RepeatedField _number = new("sequence_number");
    private RepeatedField _delta = new("delta");
    private RepeatedField _outputIndex = new("output_index");
    private RepeatedField _contentIndex = new("content_index");
    private bool _isResponse = typeof(T) == typeof(ResponseEvent);
    private bool _hasBegun;
    private object? _lastItem;
    private object? _lastPart;
    private string? _responseId;
    private long? _sequenceNumber;

    public override StreamStanding Beginning => Standing;

    public override (string? ResponseId, long? SequenceNumber) Position => (_responseId, _sequenceNumber);

    /// <summary>After a resumption: events up to this one are known, and are sent again by servers that begin with the first.</summary>
    public long? KnownUpTo { get; set; }

    /// <summary>The number of steering inputs without an outcome yet: if there are any, a successor and its events follow.</summary>
    public int OpenSteers;

    // Many servers send no [DONE] after the last event, and some keep the connection open.
    protected override StreamStanding Standing => FinishReason is not null && Volatile.Read(ref OpenSteers) <= 0 ? StreamStanding.Over
        : _isResponse || FinishReason is not null ? StreamStanding.Unfinished : StreamStanding.Finished;

    /// <summary>Continues a response in the middle.</summary>
    public void Begin(string responseId, long? after)
    {
        _isResponse = IsResumable = true;
        _responseId = responseId;
        _sequenceNumber = KnownUpTo = after;
    }

    public override Decoded<T> Decode(in SseFrame frame)
    {
        var found = base.Decode(frame);
        return KnownUpTo is not null && _number.Find(found.Chunk) is long number && number <= KnownUpTo ? found with { Chunk = null } : found;
    }

    /// <summary>A relay sends <c>[DONE]</c> also when its own source broke: only the last event of a response says that it is complete.</summary>
    public override ApiException? FaultOfEnd() => !(_isModelled && _hasBegun && Standing == StreamStanding.Unfinished) ? null
        : new StreamEndedEarlyException(
            "The stream ended before the model finished ([DONE] came, but no event such as response.completed). The text that had arrived is in PartialText.",
            StreamEnd.EndOfBody);

    protected override bool IsAnswer(T chunk) => !_isModelled || chunk.Contains("type") || (chunk as ResponseEvent)?.IsWholeResponse == true;

    protected override string Observe(T chunk)
    {
        string? type = chunk.FindType();
        _hasBegun |= type is not null;
        _isResponse = _isResponse || (type is not null && (type.StartsWith("response.", StringComparison.Ordinal) || type is "keepalive" or "ping"));
        if (_number.Find(chunk) is long number && !(number <= KnownUpTo))
        {
            _sequenceNumber = number;
        }

        switch (type)
        {
            case "response.output_text.delta":
                return _delta.Find(chunk) is string delta && IsAnswerText(chunk) ? delta : "";
            case "response.output_text.done":
                return IsAnswerText(chunk, isWhole: true) ? chunk.Find("text") as string ?? "" : "";
            case "response.output_item.added" when chunk.Find("item") is JsonModel item && item.Find("phase") is "commentary":
                _commentary.Add((chunk.Find("output_index"), item.Find("id")));
                break;
            case "response.steer.failed":
                Interlocked.Decrement(ref OpenSteers);
                break;
            case "response.steer.pending":
                Volatile.Write(ref OpenSteers, 0);
                break;
            case "response.created":
                Volatile.Write(ref OpenSteers, FinishReason is null ? Volatile.Read(ref OpenSteers) : 0);
                _responseId = (chunk.Find("response") as JsonModel)?.Find("id") as string;
                FinishReason = null;
                _commentary.Clear();
                _withText.Clear();
                break;
            case null:
                FinishReason = chunk is ResponseEvent { IsWholeResponse: true } ? Reason(chunk, "completed") : FinishReason;
                break;
            default:
                FinishReason = ResponseEnd.Status(type) is string end ? Reason(chunk.Find("response") as JsonModel, end) : FinishReason;
                break;
        }

        return (chunk as StreamChunk)?.Text ?? "";
    }

    /// <summary>Why it stopped: its own reason, if it is not complete.</summary>
    private static string Reason(JsonModel? response, string end)
    {
        string? reason = (response?.Find("incomplete_details") as JsonModel)?.Find("reason") as string;
        return !string.IsNullOrEmpty(reason) ? reason!
            : end == "completed" && response?.Find("status") is "incomplete" or "cancelled" ? (string)response!.Find("status")!
            : end;
    }

    /// <summary>Whether text belongs to the answer, and has not been sent before.</summary>
    private bool IsAnswerText(T chunk, bool isWhole = false)
    {
        if (_commentary.Count > 0 && IsCommentary(chunk.Find("output_index"), chunk.Find("item_id")))
        {
            return false;
        }

        // Nearly always, the part is that of the previous event, so it need not be looked up.
        object? item = _outputIndex.Find(chunk) ?? chunk.Find("item_id");
        object? part = _contentIndex.Find(chunk);
        if (!isWhole && ReferenceEquals(item, _lastItem) && ReferenceEquals(part, _lastPart) && _withText.Count > 0)
        {
            return true;
        }

        (_lastItem, _lastPart) = (item, part);
        return _withText.Add($"{item}/{part}") || !isWhole;
    }

    /// <summary>By the id of the item; if the event or the item has none, by its index.</summary>
    private bool IsCommentary(object? index, object? id) =>
        _commentary.Exists(item => id is not null && item.Id is not null ? id.Equals(item.Id) : index is not null && index.Equals(item.Index));
}
