using System.Text;

namespace OpenAIStream;

/// <summary>What has been read of a line: runs that are ready, and after them what is held back.</summary>
internal sealed class InlineOutput
{
    private readonly List<Run> _runs = []; // what is ready
    private readonly StringBuilder _text = new(); // text that is ready, or follows what is held back
    private readonly int[] _open = new int[InlineNode.SpanCount];
    private readonly AddressTail _address = new();

    /// <summary>What is held back.</summary>
    public List<InlineNode> Held { get; } = [];

    /// <summary>The last character.</summary>
    public int Last { get; set; } = ' ';

    /// <summary>Whether an address is being read that continues after a delimiter.</summary>
    public bool IsAddressThatGoesOnWith(int next) => _address.GoesOnWith(next);

    /// <summary>Returns what is ready.</summary>
    public List<Run> Ready()
    {
        if (Held.Count == 0)
        {
            TakeText();
        }

        return _runs;
    }

    public void Append(string text) => Append(text, 0, text.Length);

    public void Append(string text, int at, int length)
    {
        if (length > 0)
        {
            _text.Append(text, at, length);
            _address.Pass(text, at, length);
            int end = at + length - 1;
            Last = char.IsLowSurrogate(text[end]) && end > at ? char.ConvertToUtf32(text, end - 1) : text[end];
        }
    }

    public void AppendColon()
    {
        _address.Colon(_text);
        Append(":");
    }

    /// <summary>Adds text with a known span.</summary>
    public void Add(string text, Spans span)
    {
        if (Held.Count > 0)
        {
            Hold(new InlineNode { Plain = text, Own = span });
        }
        else
        {
            TakeText();
            _runs.Add(new Run(text, span));
        }

        Last = '`';
    }

    public void Hold(InlineNode node)
    {
        HoldText();
        Held.Add(node);
    }

    /// <summary>Creates a node from the text so far, if something is held back before it.</summary>
    public void HoldText()
    {
        if (Held.Count == 0)
        {
            TakeText();
        }
        else if (_text.Length > 0)
        {
            Held.Add(new InlineNode { Plain = Text() });
        }
    }

    /// <summary>Makes what is held back ready.</summary>
    public void Release()
    {
        if (Held.Count == 0)
        {
            return;
        }

        HoldText();
        foreach (var node in Held)
        {
            node.Pass(_open, Take);
        }

        Held.Clear();

        void Take(string text, Spans spans)
        {
            if (text.Length > 0)
            {
                _runs.Add(new Run(text, spans));
            }
        }
    }

    public void EndLine()
    {
        Release();
        TakeText();
        _address.Clear();
        Last = ' ';
    }

    private void TakeText()
    {
        if (_text.Length > 0)
        {
            _runs.Add(new Run(Text(), Spans.None));
        }
    }

    private string Text()
    {
        string text = _text.ToString();
        _address.Taken(text);
        _text.Clear();
        return text;
    }
}
