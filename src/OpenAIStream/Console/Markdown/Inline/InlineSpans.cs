namespace OpenAIStream;

/// <summary>The parts of a line that are in emphasis, a link or an image. They are held back until that is certain.</summary>
internal sealed class InlineSpans(InlineOutput output)
{
    private readonly InlineBrackets _brackets = new();
    private readonly Emphasis _emphasis = new();
    private int _number;

    public bool HasBracket => _brackets.Count > 0;

    /// <summary>Whether the last bracket may begin a link or an image.</summary>
    public bool MayBeLink => _brackets.IsLastOpen;

    /// <summary>Adds a run that may open or close a span; false if it cannot.</summary>
    public bool AddRun(char sign, int count, int next)
    {
        var run = InlineNode.OfRun(sign, count, ++_number, output.Last, next);
        if (!run.CanOpen && !(run.CanClose && (_emphasis.IsOpen || _brackets.Count > 0)))
        {
            return false;
        }

        output.Hold(run);
        output.Last = sign;
        _emphasis.Add(run, _brackets.Count > 0);
        ReleaseIfClosed();
        return true;
    }

    /// <summary>Adds a [ that may begin a link, or an ![ that may begin an image.</summary>
    public void OpenBracket(string text)
    {
        var bracket = new InlineNode { Sign = '[', Plain = text, IsImage = text.Length > 1, Number = ++_number };
        output.Hold(bracket);
        output.Last = '[';
        _brackets.Push(bracket);
    }

    /// <summary>Adds a closing bracket that does not belong to a link.</summary>
    public void CloseBracket()
    {
        _brackets.Pop();
        output.Append("]");
        Settle();
    }

    /// <summary>Adds the target of the link that the last bracket began.</summary>
    public void AddLink(TargetCapture target)
    {
        var bracket = _brackets.Pop();
        output.HoldText();
        _emphasis.EndWithin(bracket.Number);
        LinkSpan.Add(output.Held, bracket, target);
        output.Last = ')';
        if (!bracket.IsImage)
        {
            _brackets.EndLinks();
        }

        Settle();
    }

    public void EndLine()
    {
        _brackets.Clear();
        _emphasis.EndWaiting();
        _emphasis.Clear();
        output.EndLine();
    }

    private void Settle()
    {
        if (!_brackets.IsAnyOpen)
        {
            _brackets.Clear();
            _emphasis.EndWaiting();
        }

        ReleaseIfClosed();
    }

    private void ReleaseIfClosed()
    {
        if (_brackets.Count == 0 && !_emphasis.IsOpen)
        {
            output.Release();
        }
    }
}
