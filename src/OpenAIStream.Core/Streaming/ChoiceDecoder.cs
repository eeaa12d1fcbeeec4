namespace OpenAIStream;

/// <summary>Events of choices: the model has finished when each choice seen has its finish reason.</summary>
internal sealed class ChoiceDecoder<T>(JsonShape shape) : ModelDecoder<T>(shape) where T : ChoiceChunk
{
    private readonly HashSet<int> _unfinished = [];
    private readonly HashSet<int> _finished = [];
    private int? _lastUnfinished;
    private long _expected = 1;

    public override void Expect(JsonModel request)
    {
        // One answer for each of n, and for each prompt; a list of numbers is one prompt in tokens.
        long prompts = request.Find("prompt") is object?[] { Length: > 0 } list && list[0] is not long ? list.Length : 1;
        _expected = prompts * Math.Max(1, request.Find("n") as long? ?? 1);
    }

    protected override StreamStanding Standing =>
        _unfinished.Count == 0 && _finished.Count >= _expected ? StreamStanding.Finished : StreamStanding.Unfinished;

    protected override bool IsAnswer(T chunk) => chunk.Contains("choices");

    protected override string Observe(T chunk)
    {
        var choices = chunk.AnyChoices; // looked up once, for its end and for its text
        foreach (var choice in choices)
        {
            if (choice.FinishReason is string reason)
            {
                FinishReason = reason;
                _finished.Add(choice.Index);
                _unfinished.Remove(choice.Index);
                _lastUnfinished = null;
            }
            else if (choice.Index is int index && index != _lastUnfinished && !_finished.Contains(index))
            {
                _unfinished.Add(index);
                _lastUnfinished = index; // nearly always the next one's too, which then need not be looked up
            }
        }

        return choices.Length > 0 && choices[0].Index == 0 ? choices[0].Text : "";
    }
}
