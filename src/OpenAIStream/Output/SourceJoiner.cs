namespace OpenAIStream;

/// <summary>
/// Joins the chunks of several requests, also where they come mixed. Where the model was answered with the results of its
/// tools, the last answer counts. What is not a whole answer is told, and is left out among the answers to several prompts.
/// </summary>
/// <param name="warn">Takes what there is to tell.</param>
internal sealed class SourceJoiner(Action<string>? warn = null)
{
    private readonly StreamJoiner _joiner = new();
    private readonly PassedChunks _passed = new();
    private int _count;

    /// <summary>Takes a chunk. Returns the wholes of streams that have ended meanwhile.</summary>
    /// <exception cref="ArgumentException">The chunk cannot be joined with those before it.</exception>
    public IReadOnlyList<ModelOutput> Add(StreamChunk chunk)
    {
        bool isFirst = _joiner.Add(chunk);
        var source = StreamSource.Of(chunk);
        _passed.Note(source);
        if (!isFirst)
        {
            return [];
        }

        if (source?.Previous is StreamSource previous)
        {
            _joiner.Remove(previous);
        }
        else
        {
            _count++;
        }

        return Check(_joiner.Take(key => key is StreamSource other && other != source && _passed.HasEnded(other)));
    }

    /// <summary>The wholes of all streams that are left.</summary>
    public IReadOnlyList<ModelOutput> Finish() => Check(_joiner.Finish());

    private ModelOutput[] Check(IReadOnlyList<ModelOutput> wholes) => [.. wholes.Where(IsGiven)];

    private bool IsGiven(ModelOutput whole)
    {
        var source = StreamSource.Of(whole);
        if (source?.IsComplete == true)
        {
            return true;
        }

        string which = source is { IsOneOfSeveral: true } ? $"The answer to input {source.Index}" : "The answer";
        if (source?.Failure is not string failure)
        {
            if (!FinishedAnswer.Is(whole))
            {
                warn?.Invoke($"{which} is not whole: no chunk says that the model has finished.");
            }

            return true;
        }

        // What was saved of one answer alone is joined on purpose.
        bool isGiven = !source.IsOneOfSeveral || (_count == 1 && _passed.WasOver(source));
        warn?.Invoke($"{which} broke off after {whole.Text.Length} characters{(isGiven ? "" : " and is left out")}: {failure}");
        return isGiven;
    }
}
