namespace OpenAIStream;

/// <summary>Events of images, speech and transcriptions: each has its kind in <c>type</c>, and one type is the last.</summary>
/// <param name="shape">The type of the events.</param>
/// <param name="lastType">The end of the last event's type.</param>
internal abstract class MediaDecoder<T>(JsonShape shape, string lastType) : ModelDecoder<T>(shape) where T : StreamChunk
{
    private long _expected = 1;
    private long _finished;

    public override void Expect(JsonModel request) => _expected = Math.Max(1, request.Find("n") as long? ?? 1);

    protected override StreamStanding Standing => _finished >= _expected ? StreamStanding.Over : StreamStanding.Unfinished;

    protected override bool IsAnswer(T chunk) => chunk.Contains("type") || IsWhole(chunk);

    protected override string Observe(T chunk)
    {
        if (IsWhole(chunk))
        {
            _finished = _expected;
            FinishReason = "completed";
        }
        else if ((chunk.Find("type") as string)?.EndsWith(lastType, StringComparison.Ordinal) == true)
        {
            _finished++;
            FinishReason = _finished >= _expected ? "completed" : null;
        }

        return chunk.Text;
    }

    public override ApiException? FaultOfEnd() => FinishReason is null && !HasContent ? MediaDecoder.Missing(Wanted) : null;

    /// <summary>What was requested.</summary>
    protected abstract string Wanted { get; }

    /// <summary>Whether some content has arrived.</summary>
    protected bool HasContent { get; set; }

    /// <summary>Whether a chunk is the whole answer, from a service or model that cannot stream.</summary>
    protected abstract bool IsWhole(T chunk);
}

internal static class MediaDecoder
{
    /// <summary>The error for an answer without the requested content.</summary>
    public static ResponseFormatException Missing(string what) => new($"The response contains no {what}.") { MissingMedia = what };
}

/// <summary>Events of images.</summary>
internal sealed class ImageDecoder() : MediaDecoder<ImageEvent>(ImageEvent.Shape, ".completed")
{
    protected override string Wanted => "image";

    protected override bool IsWhole(ImageEvent chunk) => chunk.IsWhole;

    protected override string Observe(ImageEvent chunk) =>
        chunk.IsCompleted && chunk.IsEmpty ? throw MediaDecoder.Missing(Wanted) : base.Observe(chunk);
}

/// <summary>Events of speech; some services send the audio itself instead.</summary>
internal sealed class SpeechDecoder() : MediaDecoder<SpeechEvent>(SpeechEvent.Shape, "speech.audio.done")
{
    public override bool TakesMedia => true;

    protected override string Wanted => "audio";

    protected override bool IsWhole(SpeechEvent chunk) => !chunk.Contains("type") && chunk.HasText("audio");

    protected override string Observe(SpeechEvent chunk)
    {
        string text = base.Observe(chunk);
        HasContent |= chunk.HasText("audio");
        return FinishReason is null || HasContent ? text : throw MediaDecoder.Missing(Wanted);
    }

    protected override Decoded<SpeechEvent> DecodeMedia(ReadOnlySpan<byte> bytes)
    {
        FinishReason = "completed";
        var chunk = new SpeechEvent { ["type"] = "speech.audio.delta", ["audio"] = Convert.ToBase64String(bytes.ToArray()) };
        return new Decoded<SpeechEvent>(chunk, "", StreamStanding.Over);
    }
}

/// <summary>Events of transcriptions; some services send them as choices with deltas.</summary>
internal sealed class TranscriptionDecoder() : MediaDecoder<TranscriptionEvent>(TranscriptionEvent.AnyShape, "transcript.text.done")
{
    private StreamStanding? _standing;

    protected override string Wanted => "text, or sends it in an unknown form";

    protected override StreamStanding Standing => _standing ?? base.Standing;

    protected override bool IsAnswer(TranscriptionEvent chunk) => base.IsAnswer(chunk) || chunk.FirstChoice is not null;

    protected override bool IsWhole(TranscriptionEvent chunk) => !chunk.Contains("type") && chunk.Contains("text");

    protected override string Observe(TranscriptionEvent chunk)
    {
        HasContent |= IsAnswer(chunk);
        if (chunk.FirstChoice is not JsonModel choice)
        {
            return base.Observe(chunk);
        }

        FinishReason = choice.Find("finish_reason") is string { Length: > 0 } reason ? reason : FinishReason;
        _standing = FinishReason is null ? StreamStanding.Unfinished : StreamStanding.Finished;
        return chunk.Text;
    }
}
