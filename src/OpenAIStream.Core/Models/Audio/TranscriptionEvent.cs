namespace OpenAIStream;

/// <summary>An event of a streamed transcription (<c>transcript.text.*</c>). Events without a type of their own have this type.</summary>
public class TranscriptionEvent : StreamChunk
{
    internal static readonly JsonShape Shape = new JsonShape<TranscriptionEvent>(static () => new(), ("usage", TranscriptionUsage.Shape));

    /// <summary>The name of the event.</summary>
    public string? Type => GetString("type");

    /// <summary>The new text; for a model that cannot stream and returns the whole answer as one event, all of it.</summary>
    public override string Text => Type is not null ? ""
        : GetString("text") ?? ((FirstChoice?.Find("delta") ?? FirstChoice?.Find("message")) as JsonModel)?.Find("content") as string ?? "";

    /// <summary>The first choice, if a service sends a transcription in the form of a chat.</summary>
    internal JsonModel? FirstChoice => Type is null && Find("choices") is object?[] { Length: > 0 } choices ? choices[0] as JsonModel : null;

    internal override JsonShape Family => AnyShape;

    /// <summary>Reads each event as its own type.</summary>
    internal static readonly JsonShape AnyShape = new JsonShapeByType<TranscriptionEvent>(Shape, new(StringComparer.Ordinal)
    {
        ["transcript.text.delta"] = TranscriptionDeltaEvent.Shape,
        ["transcript.text.segment"] = TranscriptionSegmentEvent.Shape,
        ["transcript.text.done"] = TranscriptionDoneEvent.Shape,
    });
}

/// <summary>More of the text.</summary>
public sealed class TranscriptionDeltaEvent : TranscriptionEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<TranscriptionDeltaEvent>(static () => new(), ("logprobs", TokenLogprob.Shape));

    /// <summary>The new text.</summary>
    public string? Delta => GetString("delta");

    /// <summary>The segment that it belongs to, if speakers are identified.</summary>
    public string? SegmentId => GetString("segment_id");

    /// <summary>Log probabilities of its tokens, if requested.</summary>
    public IReadOnlyList<TokenLogprob> Logprobs => GetList<TokenLogprob>("logprobs");

    /// <inheritdoc/>
    public override string Text => Delta ?? "";
}

/// <summary>The uninterrupted speech of one speaker.</summary>
public sealed class TranscriptionSegmentEvent : TranscriptionEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<TranscriptionSegmentEvent>(static () => new());

    /// <summary>The id of the segment.</summary>
    public string? Id => GetString("id");

    /// <summary>Its start, in seconds.</summary>
    public double? Start => GetDouble("start");

    /// <summary>Its end, in seconds.</summary>
    public double? End => GetDouble("end");

    /// <summary>The speaker.</summary>
    public string? Speaker => GetString("speaker");

    /// <summary>The text; it was also sent as deltas, so <see cref="ModelOutput.Text"/> is empty.</summary>
    [FieldName("text")]
    public string? FullText => GetString("text");
}

/// <summary>The transcription is complete.</summary>
public sealed class TranscriptionDoneEvent : TranscriptionEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<TranscriptionDoneEvent>(
        static () => new(),
        ("languages", TranscriptionLanguage.Shape),
        ("logprobs", TokenLogprob.Shape),
        ("usage", TranscriptionUsage.Shape));

    /// <summary>The whole text; it was already sent as deltas, so <see cref="ModelOutput.Text"/> is empty.</summary>
    [FieldName("text")]
    public string? FullText => GetString("text");

    /// <summary>The detected languages, if the service returns them.</summary>
    public IReadOnlyList<TranscriptionLanguage> Languages => GetList<TranscriptionLanguage>("languages");

    /// <summary>Log probabilities of its tokens, if requested.</summary>
    public IReadOnlyList<TokenLogprob> Logprobs => GetList<TokenLogprob>("logprobs");

    /// <summary>What is billed: tokens, or seconds.</summary>
    public TranscriptionUsage? Usage => GetModel<TranscriptionUsage>("usage");
}
