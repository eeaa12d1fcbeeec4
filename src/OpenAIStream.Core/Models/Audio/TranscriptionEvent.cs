namespace OpenAIStream;

/// <summary>An event of a streamed transcription (<c>transcript.text.*</c>). Kinds that have no type of their own are this one.</summary>
public class TranscriptionEvent : StreamChunk
{
    internal static readonly JsonShape Shape = new JsonShape<TranscriptionEvent>(static () => new(), ("usage", TranscriptionUsage.Shape));

    /// <summary>The event's name.</summary>
    public string? Type => GetString("type");

    /// <summary>The new text; of a model that cannot stream, and gives the whole answer as one event, all of it.</summary>
    public override string Text => Type is not null ? ""
        : GetString("text") ?? ((FirstChoice?.Find("delta") ?? FirstChoice?.Find("message")) as JsonModel)?.Find("content") as string ?? "";

    /// <summary>The first choice, where a service sends a transcription as it sends a chat.</summary>
    internal JsonModel? FirstChoice => Type is null && Find("choices") is object?[] { Length: > 0 } choices ? choices[0] as JsonModel : null;

    internal override JsonShape Family => AnyShape;

    /// <summary>Events of any kind, each as its type.</summary>
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

    /// <summary>The segment that it is of, where speakers are told apart.</summary>
    public string? SegmentId => GetString("segment_id");

    /// <summary>Log probabilities of its tokens, when asked for.</summary>
    public IReadOnlyList<TokenLogprob> Logprobs => GetList<TokenLogprob>("logprobs");

    /// <inheritdoc/>
    public override string Text => Delta ?? "";
}

/// <summary>What one speaker has said without a break.</summary>
public sealed class TranscriptionSegmentEvent : TranscriptionEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<TranscriptionSegmentEvent>(static () => new());

    /// <summary>The segment's id.</summary>
    public string? Id => GetString("id");

    /// <summary>Where it begins, in seconds.</summary>
    public double? Start => GetDouble("start");

    /// <summary>Where it ends, in seconds.</summary>
    public double? End => GetDouble("end");

    /// <summary>Who speaks.</summary>
    public string? Speaker => GetString("speaker");

    /// <summary>What was said; it has come in deltas as well, and <see cref="ModelOutput.Text"/> is empty.</summary>
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

    /// <summary>The whole text; it has come in deltas before, and <see cref="ModelOutput.Text"/> is empty.</summary>
    [FieldName("text")]
    public string? FullText => GetString("text");

    /// <summary>The languages that were found, where they are told.</summary>
    public IReadOnlyList<TranscriptionLanguage> Languages => GetList<TranscriptionLanguage>("languages");

    /// <summary>Log probabilities of its tokens, when asked for.</summary>
    public IReadOnlyList<TokenLogprob> Logprobs => GetList<TokenLogprob>("logprobs");

    /// <summary>What is billed: tokens, or seconds.</summary>
    public TranscriptionUsage? Usage => GetModel<TranscriptionUsage>("usage");
}
