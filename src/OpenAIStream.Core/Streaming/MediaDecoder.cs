namespace OpenAIStream;

/// <summary>Events of images, speech and transcriptions: each says in <c>type</c> what it is, and one type is the last.</summary>
/// <param name="shape">What the events become.</param>
/// <param name="lastType">How the type of the last event ends.</param>
/// <param name="wholeField">The field by which a whole answer is known, where a model that cannot stream sends one.</param>
internal sealed class MediaDecoder<T>(JsonShape shape, string lastType, string? wholeField = null) : ModelDecoder<T>(shape) where T : StreamChunk
{
    private long _expected = 1;
    private long _finished;

    public override void Expect(JsonModel request) => _expected = Math.Max(1, request.Find("n") as long? ?? 1);

    protected override StreamStanding Standing => _finished >= _expected ? StreamStanding.Over : StreamStanding.Unfinished;

    protected override bool IsAnswer(T chunk) => chunk.Contains("type") || IsWhole(chunk);

    protected override string Observe(T chunk)
    {
        if (IsWhole(chunk) || (chunk.Find("type") as string)?.EndsWith(lastType, StringComparison.Ordinal) == true)
        {
            _finished++;
            FinishReason = _finished >= _expected ? "completed" : null;
        }

        return chunk.Text;
    }

    private bool IsWhole(T chunk) => wholeField is not null && !chunk.Contains("type") && chunk.Contains(wholeField);
}
