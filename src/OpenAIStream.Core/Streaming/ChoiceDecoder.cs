namespace OpenAIStream;

/// <summary>Events with choices: the model has finished when each choice seen has its finish reason.</summary>
internal sealed class ChoiceDecoder<T>(JsonShape shape) : ModelDecoder<T>(shape) where T : ChoiceChunk
{
    private readonly HashSet<int> _unfinished = [];
    private readonly HashSet<int> _finished = [];
    private int? _lastUnfinished;
    private JsonFields? _harmlessFields; // the names of the last choice without an error
    private long _expected = 1;

    public override void Expect(JsonModel request)
    {
        // One answer for each of n, and for each prompt; a list of numbers is one prompt in tokens.
        long prompts = request.Find("prompt") is object?[] { Length: > 0 } list && list[0] is not long ? list.Length : 1;
        _expected = prompts * Math.Max(1, request.Find("n") as long? ?? 1);
    }

    protected override StreamStanding Standing =>
        _unfinished.Count == 0 && _finished.Count >= _expected ? StreamStanding.Finished : StreamStanding.Unfinished;

    protected override bool IsAnswer(T chunk) => chunk.Find("choices") is not null;

    protected override string Observe(T chunk)
    {
        var choices = chunk.AnyChoices; // looked up once, for its end, its error and its text
        string text = "";
        Failed = null;
        foreach (var choice in choices)
        {
            int index = choice.Index;
            string? reason = choice.FinishReason;
            if (reason is not null)
            {
                FinishReason = reason;
                _finished.Add(index);
                _unfinished.Remove(index);
                _lastUnfinished = null;
            }
            else if (index != _lastUnfinished && !_finished.Contains(index))
            {
                _unfinished.Add(index);
                _lastUnfinished = index; // nearly always also that of the next chunk, so it need not be looked up
            }

            if (reason is not null || !ReferenceEquals(choice.Fields, _harmlessFields))
            {
                Failed = ApiError.IsIn(choice) ? choice : Failed;
                _harmlessFields = choice.Contains("error") ? null : choice.Fields;
            }

            text = index == 0 ? choice.Text : text;
        }

        return text;
    }
}
