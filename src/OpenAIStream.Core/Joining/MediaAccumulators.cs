using System.Text;

namespace OpenAIStream;

/// <summary>Joins the events of a transcription.</summary>
public sealed class TranscriptionAccumulator : ChunkAccumulator
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _wholeText = new();
    private readonly List<JsonModel> _segments = [];
    private readonly List<JsonModel> _wholeSegments = []; // complete transcriptions of parts of the recording
    private readonly Transcription _told = new(); // the other fields of a complete transcription

    /// <summary>The transcription, as far as it has arrived.</summary>
    public Transcription Whole => (Transcription)ToWhole();

    /// <inheritdoc/>
    public override ModelOutput ToWhole()
    {
        var whole = new Transcription { ["text"] = Text };
        foreach (string field in _told.GetFieldNames())
        {
            whole[field] = _told[field];
        }

        if ((_segments.Count > 0 ? _segments : _wholeSegments) is { Count: > 0 } segments)
        {
            whole["segments"] = segments.ToArray();
        }

        return whole;
    }

    private protected override string ReadText() =>
        _wholeText.Length > 0 ? _wholeText.ToString()
        : _text.Length > 0 ? _text.ToString()
        : string.Concat(_segments.Select(static segment => segment.Find("text") as string));

    private protected override void Join(StreamChunk chunk)
    {
        switch (Cast<TranscriptionEvent>(chunk))
        {
            case TranscriptionDoneEvent done:
                Tell(done);
                if (done.Find("text") is string { Length: > 0 } text)
                {
                    _wholeText.Clear().Append(text);
                }

                break;
            case TranscriptionSegmentEvent segment:
                var fields = new JsonMap();
                fields.Attach(segment);
                fields.Remove("type");
                _segments.Add(fields);
                break;
            case { Type: null, FirstChoice: null } whole:
                TellWhole(whole);
                break;
            case var piece:
                _text.Append(piece.Text);
                Tell(piece, "usage", "language", "duration");
                break;
        }
    }

    /// <summary>
    /// Takes a transcription that is sent as a whole. Some services send one for each part of the recording; each can
    /// repeat the earlier ones.
    /// </summary>
    private void TellWhole(TranscriptionEvent whole)
    {
        string text = whole.Text;
        bool isPart = _wholeText.Length > 0 && !(text.Length >= _wholeText.Length && text.StartsWith(_wholeText.ToString(), StringComparison.Ordinal));
        if (isPart)
        {
            if (_wholeSegments.Count == 0)
            {
                _wholeSegments.AddRange(Segments(_told));
            }

            if (_wholeSegments.Count > 0)
            {
                _wholeSegments.AddRange(Segments(whole));
            }
        }
        else
        {
            _wholeText.Clear();
            if (!JoinRules.IsAbsent(whole.Find("segments")))
            {
                _wholeSegments.Clear();
            }
        }

        _wholeText.Append(text);
        Tell(whole);
    }

    private static IEnumerable<JsonModel> Segments(JsonModel whole) => (whole.Find("segments") as Array ?? Array.Empty<object>()).OfType<JsonModel>();

    /// <summary>Takes the fields of an event other than its text, except absent ones: all of its fields, or only these.</summary>
    private void Tell(TranscriptionEvent piece, params string[] fields)
    {
        for (int i = 0; i < piece.Fields.Length; i++)
        {
            string field = piece.Fields[i].Name;
            if (field is not ("type" or "text") && !(JoinRules.IsAbsent(piece.ValueAt(i)) && _told.Contains(field)) && (fields.Length == 0 || fields.Contains(field)))
            {
                _told[field] = piece.ValueAt(i);
            }
        }
    }
}

/// <summary>Joins the events of images: the finished images count.</summary>
public sealed class ImageAccumulator : ChunkAccumulator
{
    private readonly List<GeneratedImage> _images = [];
    private ImageEvent? _last;

    /// <summary>The images, as far as they have arrived.</summary>
    public ImageResult Whole => (ImageResult)ToWhole();

    /// <inheritdoc/>
    public override ModelOutput ToWhole()
    {
        var whole = new ImageResult();
        if (_last is { IsWhole: true })
        {
            whole.Attach(_last);
        }

        foreach (var (from, to) in new[] { ("created_at", "created"), ("background", "background"), ("output_format", "output_format"), ("quality", "quality"), ("size", "size"), ("safety_identifier", "safety_identifier"), ("usage", "usage") })
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
            _images.AddRange(piece.IsWhole ? piece.Data : [Image(piece)]);
        }
    }

    private static GeneratedImage Image(ImageEvent piece)
    {
        var image = new GeneratedImage { ["b64_json"] = piece.FindHeld("b64_json") };
        if (piece.Find("url") is string url)
        {
            image["url"] = url;
        }

        return image;
    }
}

/// <summary>Joins the events of speech: the audio in one piece.</summary>
public sealed class SpeechAccumulator : ChunkAccumulator
{
    private readonly List<byte[]> _audio = [];
    private SpeechEvent? _done;

    /// <summary>The last event, with all of the audio that has arrived.</summary>
    public override ModelOutput ToWhole()
    {
        var whole = (SpeechEvent)(_done ?? new SpeechEvent()).Copy();
        whole["audio"] = MediaBytes.ToBase64(_audio);
        return whole;
    }

    private protected override string ReadText() => "";

    /// <exception cref="ResponseFormatException">The audio is not Base64.</exception>
    private protected override void Join(StreamChunk chunk)
    {
        var piece = Cast<SpeechEvent>(chunk);
        _audio.Add(piece.ToBytes()); // each piece is encoded separately
        if (!piece.HasText("audio") || piece.Type == "speech.audio.done")
        {
            _done = piece;
        }
    }
}

/// <summary>Joins the events of an assistant's run into its last known state.</summary>
public sealed class ThreadRunAccumulator : ChunkAccumulator
{
    private readonly StringBuilder _text = new();
    private ThreadRun _run = new();

    /// <summary>The run, as far as it has arrived.</summary>
    public ThreadRun Whole => _run;

    /// <inheritdoc/>
    public override ModelOutput ToWhole() => _run;

    private protected override string ReadText() => _text.ToString();

    private protected override void Join(StreamChunk chunk)
    {
        var piece = Cast<AssistantEvent>(chunk);
        _text.Append(piece.Text);
        bool isRun = piece.Event is string name
            ? name.StartsWith("thread.run.", StringComparison.Ordinal) && !name.StartsWith("thread.run.step.", StringComparison.Ordinal)
            : piece.Find("object") is "thread.run"; // the complete run, from a service that does not stream
        _run = isRun ? JsonModel.FromJson<ThreadRun>(piece.ToJson()) : _run;
    }
}
