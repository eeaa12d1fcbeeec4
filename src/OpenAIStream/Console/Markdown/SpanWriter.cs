namespace OpenAIStream;

/// <summary>Writes the runs of a line with their styles, or with Markdown characters if there are no styles.</summary>
/// <param name="style">The styles.</param>
/// <param name="write">Receives each text with its style.</param>
internal sealed class SpanWriter(MarkdownStyle style, Action<string, string> write)
{
    private static readonly (Spans Span, string Sign)[] Signs = [(Spans.Bold, "**"), (Spans.Italic, "*"), (Spans.Strike, "~~"), (Spans.Code, "`")];

    private Spans _open;

    /// <summary>The style of the whole line, such as that of a heading.</summary>
    public string Base { get; set; } = "";

    public void Write(List<Run> runs)
    {
        foreach (var run in runs)
        {
            Change(run.Spans);
            write(run.Text, Base + style.Of(run.Spans));
        }

        runs.Clear();
    }

    /// <summary>Ends open styles at the end of a line.</summary>
    public void EndLine() => Change(Spans.None);

    private void Change(Spans spans)
    {
        if (_open == spans)
        {
            return;
        }

        for (int i = Signs.Length - 1; i >= 0 && !style.HasColor; i--)
        {
            WriteSign(Signs[i], _open & ~spans);
        }

        for (int i = 0; i < Signs.Length && !style.HasColor; i++)
        {
            WriteSign(Signs[i], spans & ~_open);
        }

        _open = spans;
    }

    private void WriteSign((Spans Span, string Sign) sign, Spans changed)
    {
        if ((changed & sign.Span) != 0)
        {
            write(sign.Sign, "");
        }
    }
}
