using System.Text;

namespace OpenAIStream;

/// <summary>
/// The text of one stream as a terminal shows it. Each piece is complete in itself: no color is left on between two pieces,
/// so nothing has to be restored if there is no next one.
/// </summary>
internal sealed class StreamView
{
    private readonly StreamParts _parts = new();
    private readonly StringBuilder _out = new();
    private SafeText _safe = new();
    private WordWrap _wrap = new();
    private MarkdownText? _text; // shows the section, if it is Markdown
    private StreamPart? _section; // the section that the line belongs to
    private PartKind? _before; // the kind of the section before it

    /// <summary>The number of cells in a line; 0 if unknown.</summary>
    public int Width { get; set; }

    public StreamStyle Style { get; set; } = StreamStyle.None;

    /// <summary>The styles for the Markdown of the answer; null if it is shown unformatted.</summary>
    public MarkdownStyle? Markdown { get; set; }

    /// <summary>Shows images. It is called when the first image arrives, and returns null if none can be shown.</summary>
    public Func<ImageView?> Images { get; set; } = static () => null;

    /// <summary>What is shown at the end of the answer; null for nothing.</summary>
    public AnswerSummary? Summary { get; set; }

    /// <summary>Returns what to write for a chunk; empty if there is nothing to show.</summary>
    public string Add(ModelOutput chunk)
    {
        Summary?.Add(chunk);
        foreach (var part in _parts.Of(chunk))
        {
            if (part.Text.Length > 0 || part.Label.Length > 0)
            {
                Add(part, isSpeech: chunk is Transcription or TranscriptionEvent);
            }
        }

        if (_section?.Kind == PartKind.Call && chunk is ChoiceChunk { FinishReason: not null } or ResponseEvent { Type: "response.output_item.done" })
        {
            EndSection(); // a call is shown in full before its tool runs or a confirmation is requested
        }

        return Take();
    }

    /// <summary>Returns what to write for a part that does not come from a chunk.</summary>
    public string Add(StreamPart part)
    {
        Add(part, isSpeech: false);
        return Take();
    }

    /// <summary>Returns what is left to write at the end: text that was held back, and a line end.</summary>
    public string Finish()
    {
        foreach (var part in _parts.Others.Where(static part => part.Text.Length > 0 || part.Label.Length > 0))
        {
            Add(part, isSpeech: false);
        }

        if (Summary?.ToString() is { Length: > 0 } summary)
        {
            Add(new StreamPart(PartKind.Note, "summary", summary), isSpeech: false);
        }

        EndSection();
        return Take();
    }

    private void Add(StreamPart part, bool isSpeech)
    {
        if (_section is not StreamPart section || section.Kind != part.Kind || section.Key != part.Key)
        {
            EndSection();
            Begin(part, isMarkdown: part.Kind == PartKind.Text && !isSpeech);
        }

        Write(part.Kind, _safe.Clean(part.Text));
        if (part.Image is not null)
        {
            AddImage(part.Image, part.IsPartial);
        }
    }

    /// <summary>Shows an image below its line, if possible.</summary>
    private void AddImage(Func<byte[]?> read, bool isPartial)
    {
        if (Images() is ImageView images && read() is byte[] image && images.Show(image, isPartial) is string shown)
        {
            EndSection();
            _out.Append(shown);
        }
    }

    private void Begin(StreamPart part, bool isMarkdown)
    {
        if (_before == PartKind.Reasoning)
        {
            _out.Append('\n'); // a blank line separates it from what follows
        }

        _section = part;
        _safe = new SafeText();
        _wrap = new WordWrap { Width = Width };
        _text = isMarkdown && Markdown is not null ? new MarkdownText(Markdown) { Width = Width } : null;
        Write(part.Kind, SafeText.Of(part.Label.Length > 0 ? part.Label : Mark(part.Kind)));
    }

    /// <summary>What distinguishes a kind from the answer if there are no colors; a refusal is always marked.</summary>
    private string Mark(PartKind kind) => kind switch
    {
        PartKind.Refusal => "[refused] ",
        PartKind.Reasoning when !Style.HasColor => "[reasoning] ",
        _ => "",
    };

    private void EndSection()
    {
        if (_section is not StreamPart section)
        {
            return;
        }

        Write(section.Kind, _safe.Finish());
        Write(section.Kind, section.Closing);
        WriteStyled(section.Kind, _text?.Finish() ?? _wrap.Flush());
        if (_wrap.IsLineOpen)
        {
            _out.Append('\n');
        }

        _before = section.Kind;
        _section = null;
    }

    private void Write(PartKind kind, string text)
    {
        if (_text is not null)
        {
            _text.Width = Width;
            _out.Append(_text.Add(text));
            return;
        }

        _wrap.Width = Width;
        WriteStyled(kind, _wrap.Add(text, isPasteable: kind == PartKind.Call));
    }

    private void WriteStyled(PartKind kind, string text)
    {
        string style = Style.Of(kind);
        if (text.Length == 0 || style.Length == 0)
        {
            _out.Append(text);
            return;
        }

        _out.Append(style).Append(text).Append(Style.Reset);
    }

    private string Take()
    {
        string text = _out.ToString();
        _out.Clear();
        return text;
    }
}
