namespace OpenAIStream;

/// <summary>The number of runs of backticks of each length in the rest of a line, so that no run is searched for that does not exist.</summary>
internal sealed class TickCount
{
    private readonly Dictionary<int, int> _runs = [];

    /// <param name="rest">Code that never ended: the rest of its line.</param>
    public TickCount(CodeCapture rest) => Add(rest.Raw, rest.LiteralLength, 1);

    /// <summary>Whether another run of this length follows.</summary>
    public bool HasMore(int length)
    {
        if (!_runs.TryGetValue(length, out int count))
        {
            return false;
        }

        _runs[length] = count - 1;
        return count > 1;
    }

    /// <summary>Removes the runs in code that has been read, including its end.</summary>
    public void Pass(CodeCapture code) => Add(code.Raw, code.LiteralLength, -1);

    private void Add(string text, int at, int number)
    {
        int run = 0;
        for (; at <= text.Length; at++)
        {
            if (at < text.Length && text[at] == '`')
            {
                run++;
            }
            else if (run > 0)
            {
                _runs.TryGetValue(run, out int count);
                _runs[run] = count + number;
                run = 0;
            }
        }
    }
}
