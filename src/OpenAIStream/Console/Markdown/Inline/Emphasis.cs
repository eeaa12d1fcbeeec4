namespace OpenAIStream;

/// <summary>Matches runs of <c>*</c>, <c>_</c> and <c>~</c>, by the rules of CommonMark, in linear time.</summary>
internal sealed class Emphasis
{
    private const int Kinds = 18;

    private readonly List<InlineNode> _open = [];
    private readonly List<InlineNode> _waiting = []; // after a [ that may begin a link, which has precedence
    private readonly int[] _bottoms = new int[Kinds]; // for each kind of run, the number below which it can close nothing

    /// <summary>Whether something is open that a later run may close.</summary>
    public bool IsOpen => _open.Count > 0 || _waiting.Count > 0;

    /// <summary>Adds the next run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="isWaiting">Whether it is not known yet what it may close.</param>
    public void Add(InlineNode run, bool isWaiting)
    {
        if (isWaiting)
        {
            _waiting.Add(run);
        }
        else
        {
            Match(run);
        }
    }

    /// <summary>Matches the runs after a number only among themselves, because they are inside a link.</summary>
    public void EndWithin(int number)
    {
        int first = _waiting.Count;
        while (first > 0 && _waiting[first - 1].Number > number)
        {
            first--;
        }

        var within = new Emphasis();
        for (int i = first; i < _waiting.Count; i++)
        {
            within.Match(_waiting[i]);
        }

        _waiting.RemoveRange(first, _waiting.Count - first);
    }

    /// <summary>Matches the waiting runs, because there will be no link.</summary>
    public void EndWaiting()
    {
        foreach (var run in _waiting)
        {
            Match(run);
        }

        _waiting.Clear();
    }

    public void Clear()
    {
        _open.Clear();
        _waiting.Clear();
    }

    private void Match(InlineNode closer)
    {
        while (closer.CanClose && closer.Count > 0)
        {
            int kind = Kind(closer);
            int at = _open.Count - 1;
            while (at >= 0 && _open[at].Number > _bottoms[kind] && !BelongTogether(_open[at], closer))
            {
                at--;
            }

            if (at < 0 || _open[at].Number <= _bottoms[kind])
            {
                _bottoms[kind] = closer.Number - 1;
                break;
            }

            _open.RemoveRange(at + 1, _open.Count - at - 1);
            Join(_open[at], closer);
            if (_open[at].Count == 0)
            {
                _open.RemoveAt(at);
            }
        }

        if (closer.CanOpen && closer.Count > 0)
        {
            _open.Add(closer);
        }
    }

    private static void Join(InlineNode opener, InlineNode closer)
    {
        int count = opener.Count >= 2 && closer.Count >= 2 ? 2 : 1;
        var span = opener.Sign == '~' ? Spans.Strike : count == 2 ? Spans.Bold : Spans.Italic;
        opener.Open(span);
        closer.Close(span);
        opener.Count -= count;
        closer.Count -= count;
    }

    private static bool BelongTogether(InlineNode opener, InlineNode closer) =>
        opener.Sign == closer.Sign
        && !((opener.CanClose || closer.CanOpen) && (opener.Length + closer.Length) % 3 == 0 && !(opener.Length % 3 == 0 && closer.Length % 3 == 0));

    private static int Kind(InlineNode run) => (run.Sign switch { '*' => 0, '_' => 1, _ => 2 } * 6) + (run.CanOpen ? 3 : 0) + (run.Length % 3);
}
