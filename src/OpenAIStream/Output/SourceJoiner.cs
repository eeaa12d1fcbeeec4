namespace OpenAIStream;

/// <summary>
/// Joins the chunks of several requests, also where they come mixed. Where the model was answered with the results of its
/// tools, the last answer counts. What is not a whole answer is told, and is left out among the answers to several prompts.
/// </summary>
/// <param name="warn">Takes what there is to tell.</param>
internal sealed class SourceJoiner(Action<string>? warn = null)
{
    private readonly StreamJoiner _joiner = new();
    private readonly HashSet<StreamSource> _saved = []; // streams that were over before their first chunk came here
    private int _count;

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
        else
        {
            _count++;
        }

        if (source is { IsOver: true })
        {
            _saved.Add(source); // and so nobody knows which of its chunks is the last
        }

        return Check(_joiner.Take(key => key is StreamSource { IsOver: true } ended && ended != source && !_saved.Contains(ended)));
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
        bool isGiven = !source.IsOneOfSeveral || (_count == 1 && _saved.Contains(source));
        warn?.Invoke($"{which} broke off after {whole.Text.Length} characters{(isGiven ? "" : " and is left out")}: {failure}");
        return isGiven;
    }
}
