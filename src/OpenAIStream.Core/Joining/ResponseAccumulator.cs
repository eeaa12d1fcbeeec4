namespace OpenAIStream;

/// <summary>
/// Joins the events of a response. At its end, the service sends the complete response again, and that counts; what it
/// omits is completed from the events. Until then, and if the stream breaks, everything comes from the events.
/// </summary>
public sealed class ResponseAccumulator : ChunkAccumulator
{
    private readonly List<UnfinishedItem> _items = [];
    private Response _response = new();
    private string? _end; // the status that the last event implies; empty if a complete response contains its own

    /// <summary>The id for resuming; null before the first event.</summary>
    public string? ResponseId => _response.Id;

    /// <summary>The number of the latest event, after which resuming continues.</summary>
    public long? SequenceNumber { get; private set; }

    /// <summary>The response, as far as it has arrived.</summary>
    public Response Whole => (Response)ToWhole();

    /// <inheritdoc/>
    public override ModelOutput ToWhole()
    {
        if (_end is not null)
        {
            return ToldResponse.Complete(_response, _end, Items());
        }

        if (_items.Count == 0)
        {
            return _response;
        }

        var whole = (Response)_response.Copy();
        whole["output"] = Items();
        return whole;
    }

    private ResponseItem[] Items() => [.. _items.OrderBy(static item => item.Index).Select(static item => item.Build())];

    private protected override string ReadText() => _end is not null || _items.Count == 0
        ? ((Response)ToWhole()).Text
        : string.Concat(_items.OrderBy(static item => item.Index).Select(static item => item.ReadText()));

    private protected override void Join(StreamChunk chunk)
    {
        var piece = Cast<ResponseEvent>(chunk);
        SequenceNumber = piece.SequenceNumber ?? SequenceNumber;
        switch (piece)
        {
            case ResponseLifecycleEvent lifecycle:
                Join(lifecycle);
                break;
            case ResponseOutputItemEvent { Item: not null } item:
                Join(item, item.Item);
                break;
            case ResponseItemEvent part when UnfinishedItem.KindOf(part) is string kind:
                Find(part, kind).Join(part);
                break;
            case { IsWholeResponse: true }:
                _response = piece.ToResponse();
                _end = "";
                break;
            default:
                break; // contains nothing that the complete response would contain
        }
    }

    private void Join(ResponseLifecycleEvent piece)
    {
        if (piece.Type == "response.created")
        {
            _items.Clear(); // another response, as after the result of a tool
            _response = new Response();
        }

        _response = piece.Response is null ? _response : ToldResponse.Later(_response, piece.Response);
        _end = ResponseEnd.Status(piece.Type);
    }

    private void Join(ResponseOutputItemEvent piece, ResponseItem told)
    {
        bool isDone = piece.Type == "response.output_item.done";
        var item = _items.FindLast(one => one.Id is not null && one.Id == told.Id)
            ?? _items.FindLast(one => !one.IsDone && one.Kind == told.Type
                && (piece.OutputIndex is int index ? one.Index == index && (isDone || one.Id is null || told.Id is null) : isDone));
        (item ?? Begin(piece.OutputIndex, told)).Tell(told, isDone);
    }

    /// <summary>The item that a piece belongs to. Some services send no index, no id, or an id that no item has.</summary>
    private UnfinishedItem Find(ResponseItemEvent piece, string kind) =>
        _items.FindLast(one => one.Id is not null && one.Id == piece.ItemId)
        ?? _items.FindLast(one => (piece.OutputIndex is null || one.Index == piece.OutputIndex) && one.Fits(kind))
        ?? Begin(piece.OutputIndex, UnfinishedItem.NewItem(kind, piece.ItemId));

    private UnfinishedItem Begin(int? index, ResponseItem told)
    {
        var item = new UnfinishedItem(index ?? (_items.Count > 0 ? _items.Max(static one => one.Index) + 1 : 0), told);
        _items.Add(item);
        return item;
    }
}
