using System.Text;

namespace OpenAIStream;

/// <summary>
/// Shows Markdown that arrives in pieces in a terminal: line by line, without ever moving back. Text is written as it
/// arrives. Only text that may still become something else is held back, at most to the end of its line; a table is held
/// back until it is complete.
/// </summary>
internal sealed class MarkdownText
{
    private readonly MarkdownStyle _style;
    private readonly WordWrap _wrap;
    private readonly SpanWriter _spans;
    private readonly InlineReader _inline = new();
    private readonly HeadingText _heading;
    private readonly LineStart _start = new();
    private readonly ContainerStack _containers;
    private readonly LineWriter _lines;
    private readonly CodeBlock _code;
    private readonly StringBuilder _line = new(); // what is held back of the line
    private LineKind _kind; // of the line
    private Leaf _leaf = Leaf.None;
    private long _steps;
    private bool? _isData; // whether the answer is JSON, in which delimiters have another meaning; null before its first character
    private string _head = ""; // the possible head of a table
    private MarkdownTable? _table;

    public MarkdownText(MarkdownStyle style)
    {
        _style = style;
        _wrap = new WordWrap(style.Reset, findsCode: false);
        _spans = new SpanWriter(style, (text, look) => _lines!.Write(text, look));
        _heading = new HeadingText(_inline);
        _containers = new ContainerStack(style);
        _lines = new LineWriter(_wrap, _containers);
        _code = new CodeBlock(style, _wrap);
    }

    /// <summary>The number of cells in a line; 0 if unknown.</summary>
    public int Width
    {
        get => _wrap.Width;
        set => _wrap.Width = value;
    }

    /// <summary>The total number of characters read.</summary>
    public long Steps => _steps + _inline.Steps;

    /// <summary>Returns what to write for the next piece of text that is safe for a terminal.</summary>
    public string Add(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            _isData ??= text[at] is ' ' or '\t' or '\n' ? null : text[at] == '{';
            if (_isData == true)
            {
                _wrap.Append(text.Substring(at));
                at = text.Length;
            }
            else if (text[at] == '\n')
            {
                EndLine();
                at++;
            }
            else if (_kind == LineKind.Unknown)
            {
                int length = char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
                ReadStart(text.Substring(at, length));
                at += length;
            }
            else
            {
                int end = text.IndexOf('\n', at);
                end = end < 0 ? text.Length : end;
                AddContent(text, at, end);
                at = end;
            }
        }

        return _wrap.Take();
    }

    /// <summary>Returns what is left to write at the end of the text.</summary>
    public string Finish()
    {
        if (_kind != LineKind.Unknown || _line.Length > 0)
        {
            EndLine();
        }

        EndLeaf();
        if (_wrap.IsLineOpen)
        {
            _wrap.EndLine();
        }

        return _wrap.Take();
    }

    private void ReadStart(string character)
    {
        _steps++;
        bool isFirst = _line.Length == 0;
        _line.Append(character);
        if (isFirst || !_start.Wait.Includes(character[0]))
        {
            ReadLine(isWhole: false);
        }
    }

    /// <summary>Recognizes the line, if that is possible yet.</summary>
    private void ReadLine(bool isWhole)
    {
        string line = _line.ToString();
        _steps += line.Length;
        var kind = _start.Read(line, isWhole, _containers.All, _leaf);
        if (_leaf.Kind == LineKind.Row && kind is not (LineKind.Unknown or LineKind.Delimiter))
        {
            ReleaseHead();
            kind = _start.Read(line, isWhole, _containers.All, _leaf);
        }

        if (kind != LineKind.Unknown)
        {
            _line.Clear();
            BeginKnown(kind, line);
        }
    }

    private void BeginKnown(LineKind kind, string line)
    {
        bool isLazy = kind is LineKind.Text or LineKind.Row && _leaf.Kind == LineKind.Text && _start.New.Count == 0 && _start.Matched < _containers.All.Count;
        _kind = isLazy ? LineKind.Text : kind;
        if (!_leaf.GoesOnWith(_kind, isDeeper: _start.New.Count > 0))
        {
            EndLeaf();
        }

        if (!isLazy)
        {
            _containers.Change(_start.Matched, _start.New);
        }

        switch (_kind)
        {
            case LineKind.Blank when _start.New.Count > 0:
                _lines.Begin();
                _wrap.EndLine();
                break;
            case LineKind.Blank:
                _lines.AddBlank();
                break;
            case LineKind.Text:
                _leaf = new Leaf(LineKind.Text);
                _lines.Begin();
                break;
            case LineKind.Heading:
                _lines.Begin();
                _spans.Base = _style.Headings[_start.Level - 1];
                _lines.Write(_style.HeadingMark(_start.Level), "");
                break;
            case LineKind.Underline or LineKind.Rule:
                _lines.WriteRule(line[_start.TextAt] == '=' ? '═' : '─', _kind == LineKind.Underline ? _start.Level : int.MaxValue, _style.Dim);
                _leaf = Leaf.None;
                break;
            case LineKind.Fence:
                BeginCode(line.Substring(_start.TextAt + _start.Level).Trim());
                _leaf = new Leaf(LineKind.Fence, _start.Level, _start.FenceIndent, line[_start.TextAt]);
                break;
            case LineKind.IndentedCode when _leaf.Kind != LineKind.IndentedCode:
                BeginCode("");
                _leaf = new Leaf(LineKind.IndentedCode);
                break;
            case LineKind.IndentedCode:
                _lines.WriteBlanks();
                break;
            case LineKind.Math when _leaf.Kind != LineKind.Math:
                _lines.Begin();
                _leaf = new Leaf(LineKind.Math, Sign: line[_start.TextAt]);
                break;
            case LineKind.Delimiter:
                _table = new MarkdownTable(_style, _wrap, _inline, _head, line.Substring(_start.TextAt));
                _leaf = new Leaf(LineKind.Delimiter);
                break;
        }

        AddContent(new string(' ', _start.Spare) + line.Substring(_start.TextAt), 0, _start.Spare + line.Length - _start.TextAt);
    }

    private void EndLeaf()
    {
        switch (_leaf.Kind)
        {
            case LineKind.Row:
                ReleaseHead();
                break;
            case LineKind.Delimiter:
                _table!.Write(Width == 0 ? 0 : _lines.Room, _lines.Begin);
                _table = null;
                break;
            case LineKind.Fence or LineKind.IndentedCode:
                _code.End();
                break;
        }

        _leaf = Leaf.None;
    }

    /// <summary>Writes the possible head of a table, which turned out to be text.</summary>
    private void ReleaseHead()
    {
        _lines.Begin();
        _inline.Add(_head, 0, _head.Length);
        EndText();
        _leaf = new Leaf(LineKind.Text);
    }

    private void AddContent(string text, int at, int end)
    {
        _steps += end - at;
        switch (_kind)
        {
            case LineKind.Text:
                _inline.Add(text, at, end);
                _spans.Write(_inline.Ready());
                break;
            case LineKind.Heading:
                _heading.Add(text, at, end);
                _spans.Write(_inline.Ready());
                break;
            case LineKind.Code or LineKind.IndentedCode:
                _code.Add(text, at, end);
                break;
            case LineKind.Math:
                _wrap.AppendAsIs(text.Substring(at, end - at));
                _line.Append(text, at, end - at);
                break;
            case LineKind.Row:
                _line.Append(text, at, end - at);
                break;
        }
    }

    private void EndLine()
    {
        if (_kind == LineKind.Unknown)
        {
            ReadLine(isWhole: true);
        }

        switch (_kind)
        {
            case LineKind.Text:
                EndText();
                break;
            case LineKind.Heading:
                _heading.EndLine();
                EndText();
                _spans.Base = "";
                break;
            case LineKind.Code or LineKind.IndentedCode:
                _code.EndLine();
                break;
            case LineKind.Math:
                _wrap.EndLine();
                _leaf = _leaf.AfterMath(_line.ToString().Trim());
                break;
            case LineKind.Row when _table is not null:
                _table.Add(_line.ToString());
                break;
            case LineKind.Row:
                _head = _line.ToString();
                _leaf = new Leaf(LineKind.Row, MarkdownTable.Split(_head).Count);
                break;
        }

        _kind = LineKind.Unknown;
        _line.Clear();
    }

    private void EndText()
    {
        _inline.EndLine();
        _spans.Write(_inline.Ready());
        _spans.EndLine();
        _wrap.EndLine();
    }

    private void BeginCode(string info)
    {
        // Code at the beginning of an item is below its marker.
        _lines.BeginBlock(hasMark: _start.New.Exists(static container => !container.IsQuote));
        _code.Begin(info);
    }
}
