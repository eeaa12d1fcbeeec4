namespace OpenAIStream;

/// <summary>
/// Joins the events of a response. At its end the service tells the whole response again, and that counts; until then, and
/// when the stream breaks, it is what the events have brought.
/// </summary>
public sealed class ResponseAccumulator : ChunkAccumulator
{
    private readonly SortedDictionary<int, UnfinishedItem> _items = [];
    private Response _response = new();
    private bool _isTerminal;

    /// <summary>The id for resuming; null before the first event.</summary>
    public string? ResponseId => _response.Id;

    /// <summary>The number of the latest event, which resuming goes on after.</summary>
    public long? SequenceNumber { get; private set; }

    /// <summary>The response, as far as it has come.</summary>
    public Response Whole => (Response)ToWhole();

    /// <inheritdoc/>
    public override ModelOutput ToWhole()
    {
        if (IsWhole)
        {
            return _response;
        }

        var whole = (Response)_response.Copy();
        whole["output"] = _items.Values.Select(static item => item.Build()).ToArray();
        return whole;
    }

    private bool IsWhole => _isTerminal || _items.Count == 0;

    private protected override string ReadText() => IsWhole ? _response.Text : string.Concat(_items.Values.Select(static item => item.ReadText()));

    private protected override void Join(StreamChunk chunk)
    {
        var piece = Cast<ResponseEvent>(chunk);
        SequenceNumber = piece.SequenceNumber ?? SequenceNumber;
        switch (piece)
        {
            case ResponseLifecycleEvent { Response: not null } lifecycle:
                if (lifecycle.Type == "response.created")
                {
                    _items.Clear(); // another response, as after a tool's result
                }

                _response = lifecycle.Response;
                _isTerminal = lifecycle.Type is "response.completed" or "response.failed" or "response.incomplete";
                break;
            case ResponseOutputItemEvent { Item: not null } item:
                _items[item.OutputIndex ?? 0] = new UnfinishedItem(item.Item, item.Type == "response.output_item.done");
                break;
            case ResponseItemEvent { OutputIndex: int index } part when _items.TryGetValue(index, out var item):
                item.Join(part);
                break;
            default:
                break; // says nothing that the whole response would say
        }
    }
}
