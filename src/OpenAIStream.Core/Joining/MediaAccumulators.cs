using System.Text;

namespace OpenAIStream;

/// <summary>Joins the events of a transcription.</summary>
public sealed class TranscriptionAccumulator : ChunkAccumulator
{
    private readonly StringBuilder _text = new();
    private readonly List<JsonModel> _segments = [];
    private TranscriptionDoneEvent? _done;

    /// <summary>The transcription, as far as it has come.</summary>
    public Transcription Whole => (Transcription)ToWhole();

    /// <inheritdoc/>
    public override ModelOutput ToWhole()
    {
        var whole = new Transcription { ["text"] = Text };
        foreach (string field in (_done?.GetFieldNames() ?? []).Where(static field => field is not ("type" or "text")))
        {
            whole[field] = _done![field];
        }

        if (_segments.Count > 0)
        {
            whole["segments"] = _segments.ToArray();
        }

        return whole;
    }

    private protected override string ReadText() => _done?.FullText ?? _text.ToString();

    private protected override void Join(StreamChunk chunk)
    {
        switch (Cast<TranscriptionEvent>(chunk))
        {
            case TranscriptionDoneEvent done:
                _done = done;
                break;
            case TranscriptionSegmentEvent segment:
                var fields = new JsonMap();
                fields.Attach(segment.Fields, segment.Values);
                fields.Remove("type");
                _segments.Add(fields);
                break;
            case var piece:
                _text.Append(piece.Text);
                break;
        }
    }
}

/// <summary>Joins the events of images: the finished ones count.</summary>
public sealed class ImageAccumulator : ChunkAccumulator
{
    private readonly List<GeneratedImage> _images = [];
    private ImageEvent? _last;

    /// <summary>The images, as far as they have come.</summary>
    public ImageResult Whole => (ImageResult)ToWhole();

    /// <inheritdoc/>
    public override ModelOutput ToWhole()
    {
        var whole = new ImageResult();
        foreach (var (from, to) in new[] { ("created_at", "created"), ("background", "background"), ("output_format", "output_format"), ("quality", "quality"), ("size", "size"), ("usage", "usage") })
        {
            if (_last?.Find(from) is object value)
            {
                whole[to] = value;
            }
        }

        whole["data"] = _images.ToArray();
        return whole;
    }

    private protected override string ReadText() => "";

    private protected override void Join(StreamChunk chunk)
    {
        var piece = Cast<ImageEvent>(chunk);
        if (piece.IsCompleted)
        {
            _last = piece;
            _images.Add(new GeneratedImage { ["b64_json"] = piece.ImageBase64 });
        }
    }
}

/// <summary>Joins the events of speech: the audio in one piece.</summary>
public sealed class SpeechAccumulator : ChunkAccumulator
{
    private readonly List<byte> _audio = [];
    private SpeechEvent? _done;

    /// <summary>The last event, holding all of the audio as far as it has come.</summary>
    public override ModelOutput ToWhole()
    {
        var whole = (SpeechEvent)(_done ?? new SpeechEvent()).Copy();
        whole["audio"] = Convert.ToBase64String(_audio.ToArray());
        return whole;
    }

    private protected override string ReadText() => "";

    private protected override void Join(StreamChunk chunk)
    {
        var piece = Cast<SpeechEvent>(chunk);
        if (piece.AudioBase64 is string audio)
        {
            _audio.AddRange(Convert.FromBase64String(audio)); // each piece is encoded for itself
        }
        else
        {
            _done = piece;
        }
    }
}

/// <summary>Joins the events of an assistant's run: what the run is told to be at last.</summary>
public sealed class ThreadRunAccumulator : ChunkAccumulator
{
    private readonly StringBuilder _text = new();
    private ThreadRun _run = new();

    /// <summary>The run, as far as it has come.</summary>
    public ThreadRun Whole => _run;

    /// <inheritdoc/>
    public override ModelOutput ToWhole() => _run;

    private protected override string ReadText() => _text.ToString();

    private protected override void Join(StreamChunk chunk)
    {
        var piece = Cast<AssistantEvent>(chunk);
        _text.Append(piece.Text);
        if (piece.Event?.StartsWith("thread.run.", StringComparison.Ordinal) == true && !piece.Event.StartsWith("thread.run.step.", StringComparison.Ordinal))
        {
            _run = JsonModel.FromJson<ThreadRun>(piece.ToJson());
        }
    }
}
