namespace OpenAIStream;

/// <summary>
/// Joins the chunks of several requests, even if they are mixed. If the model received the results of its tools, the last
/// answer counts. Incomplete answers are reported, and omitted among the answers to several prompts.
/// </summary>
/// <param name="warn">Receives the warnings.</param>
/// <param name="inTurns">Whether all chunks of one stream come before those of another.</param>
internal sealed class SourceJoiner(Action<string>? warn = null, bool inTurns = false)
{
    private readonly StreamJoiner _joiner = new();
    private readonly HashSet<StreamSource> _saved = []; // streams that were over before their first chunk arrived here
    private int _count;

    /// <summary>Adds a chunk. Returns the answers of streams that have ended in the meantime.</summary>
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
        else
        {
            _count++;
        }

        if (source is { IsOver: true, IsOnePiece: false })
        {
            _saved.Add(source);
        }

        // For saved chunks, it is not known which is the last of its stream.
        return Check(_joiner.Take(key => key is StreamSource { IsOver: true } ended && ended != source && (inTurns || !_saved.Contains(ended))));
    }

    /// <summary>The answers of all remaining streams.</summary>
    public IReadOnlyList<ModelOutput> Finish() => Check(_joiner.Finish());

    private ModelOutput[] Check(IReadOnlyList<ModelOutput> wholes)
    {
        // Some services never say that the model has finished; if one does, its absence is meaningful.
        bool isTold = wholes.Any(FinishedAnswer.Is);
        return [.. wholes.Where(whole => IsGiven(whole, isTold))];
    }

    private bool IsGiven(ModelOutput whole, bool isTold)
    {
        var source = StreamSource.Of(whole);
        if (source?.IsComplete == true || (source?.Failure is null && FinishedAnswer.Is(whole)))
        {
            return true;
        }

        bool isOneOfSeveral = source is { IsOneOfSeveral: true };

        // If only the saved chunks of one answer are joined, that is intended.
        bool isGiven = !isOneOfSeveral || (source!.Failure is null ? !isTold : _count == 1 && _saved.Contains(source));
        string which = isOneOfSeveral ? $"The answer to input {source!.Index}" : "The answer";
        string fate = isGiven ? "" : " and is omitted";
        warn?.Invoke(source?.Failure is string failure
            ? $"{which} was cut off after {whole.Text.Length} characters{fate}: {SafeText.Of(failure)}"
            : $"{which} is incomplete{fate}: no chunk says that the model has finished.");
        return isGiven;
    }
}
