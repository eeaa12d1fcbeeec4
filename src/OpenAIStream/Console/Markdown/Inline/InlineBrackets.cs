namespace OpenAIStream;

/// <summary>The brackets of a line that may begin a link or an image. A link cannot contain another link.</summary>
internal sealed class InlineBrackets
{
    private readonly List<InlineNode> _brackets = [];
    private int _ended; // the number of brackets that can no longer begin a link
    private int _images;

    public int Count => _brackets.Count;

    /// <summary>Whether the last one may begin something.</summary>
    public bool IsLastOpen => _brackets.Count > _ended || _brackets[_brackets.Count - 1].IsImage;

    /// <summary>Whether any of them may begin something.</summary>
    public bool IsAnyOpen => _brackets.Count > _ended || _images > 0;

    public void Push(InlineNode bracket)
    {
        _brackets.Add(bracket);
        _images += bracket.IsImage ? 1 : 0;
    }

    public InlineNode Pop()
    {
        var last = _brackets[_brackets.Count - 1];
        _brackets.RemoveAt(_brackets.Count - 1);
        _images -= last.IsImage ? 1 : 0;
        _ended = Math.Min(_ended, _brackets.Count);
        return last;
    }

    /// <summary>Called after a link: the open brackets can no longer begin one.</summary>
    public void EndLinks() => _ended = _brackets.Count;

    public void Clear()
    {
        _brackets.Clear();
        _ended = _images = 0;
    }
}
