namespace OpenAIStream;

/// <summary>
/// Joins the chunks of several requests, also where they come mixed. Where the model was answered with the results of its
/// tools, the last answer counts.
/// </summary>
internal sealed class SourceJoiner
{
    private readonly StreamJoiner _joiner = new();

    /// <summary>Takes a chunk. Returns the wholes of streams that have ended meanwhile.</summary>
    /// <exception cref="ArgumentException">The chunk cannot be joined with those before it.</exception>
    public IReadOnlyList<ModelOutput> Add(StreamChunk chunk)
    {
        if (!_joiner.Add(chunk))
        {
            return [];
        }

        var source = StreamSource.Of(chunk);
        if (source?.Previous is StreamSource previous)
        {
            _joiner.Remove(previous);
        }

        return _joiner.Take(key => key is StreamSource { IsOver: true } && key != source);
    }

    /// <summary>The wholes of all streams that are left.</summary>
    public IReadOnlyList<ModelOutput> Finish() => _joiner.Finish();
}
