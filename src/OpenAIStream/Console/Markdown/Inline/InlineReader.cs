namespace OpenAIStream;

/// <summary>
/// Reads a line of Markdown that arrives in pieces: emphasis, code, links and the like, by the rules of CommonMark. Text is
/// written immediately. Text that may still become something else is held back until that is known, at most to the end of
/// its line.
/// </summary>
internal sealed class InlineReader
{
    private const int LongestMathSign = 2;

    private static readonly char[] Signs = ['*', '_', '~', '\\', '`', '[', ']', '!', '<', '&', '$', ':'];

    private readonly InlineOutput _out = new();
    private readonly InlineSpans _spans;
    private readonly Stack<Input> _input = new(); // what has to be read; on top what is read again
    private InlineCapture? _capture;
    private TickCount? _ticks; // the following runs of backticks, if known
    private char _sign; // of the run that is being read, or the single delimiter that waits for what follows
    private int _count;

    public InlineReader() => _spans = new InlineSpans(_out);

    /// <summary>The number of characters that have been read, counting repeated reads.</summary>
    public long Steps { get; private set; }

    /// <summary>Adds a part of a text without line breaks.</summary>
    public void Add(string text, int at, int end)
    {
        _input.Push(new Input(text, at, end));
        Read();
    }

    /// <summary>Ends the line: what was never closed is text.</summary>
    public void EndLine()
    {
        do
        {
            Read();
        }
        while (EndHeld());

        _spans.EndLine();
        _ticks = null;
    }

    /// <summary>Returns what is ready. The caller clears the list.</summary>
    public List<Run> Ready() => _out.Ready();

    private void Read()
    {
        while (_input.Count > 0)
        {
            var input = _input.Peek();
            if (input.At == input.End)
            {
                _input.Pop();
            }
            else if (_capture is not null)
            {
                ReadCaptured(input);
            }
            else if (_sign != 0)
            {
                ReadBehindSign(input);
            }
            else
            {
                ReadText(input);
            }
        }
    }

    private void ReadText(Input input)
    {
        int next = input.Text.IndexOfAny(Signs, input.At, input.End - input.At);
        int length = (next < 0 ? input.End : next) - input.At;
        if (length > 0)
        {
            _out.Append(input.Text, input.At, length);
            input.At += length;
            Steps += length;
            return;
        }

        char character = input.Text[input.At++];
        Steps++;
        switch (character)
        {
            case '[':
                _spans.OpenBracket("[");
                break;
            case ']' when !_spans.HasBracket:
                _out.Append("]");
                break;
            case ']' when !_spans.MayBeLink:
                _spans.CloseBracket();
                break;
            case ':':
                _out.AppendColon();
                break;
            case '<':
                _capture = new AngleCapture();
                break;
            case '&':
                _capture = new EntityCapture();
                break;
            default:
                _sign = character;
                _count = 1;
                break;
        }
    }

    private void ReadCaptured(Input input)
    {
        Steps++;
        var step = _capture!.Add(input.Text[input.At]);
        if (step is CaptureStep.More or CaptureStep.Done)
        {
            input.At++;
        }

        if (step is CaptureStep.Done or CaptureStep.DoneBefore)
        {
            Complete();
        }
        else if (step == CaptureStep.Failed)
        {
            GiveUp();
        }
    }

    private void ReadBehindSign(Input input)
    {
        char character = input.Text[input.At];
        if (character == _sign && IsRun(_sign))
        {
            _count++;
            Steps++;
            input.At++;
            return;
        }

        char sign = _sign;
        _sign = '\0';
        if (IsRun(sign))
        {
            EndRun(sign, char.IsHighSurrogate(character) && input.At + 1 < input.End ? char.ConvertToUtf32(input.Text, input.At) : character);
            return;
        }

        bool isTaken = true;
        switch (sign)
        {
            case '\\' when character is '(' or '[':
                _capture = new MathCapture(character == '(' ? "\\(" : "\\[", character == '(' ? "\\)" : "\\]");
                break;
            case '\\' when CharacterKind.IsAsciiPunctuation(character):
                _out.Append(input.Text, input.At, 1);
                break;
            case '!' when character == '[':
                _spans.OpenBracket("![");
                break;
            case ']' when character == '(':
                _capture = new TargetCapture();
                break;
            default:
                EndSign(sign);
                isTaken = false;
                break;
        }

        input.At += isTaken ? 1 : 0;
    }

    /// <summary>Ends what waits for more at the end of the line; returns whether there was anything.</summary>
    private bool EndHeld()
    {
        if (_capture is { EndsWithLine: true })
        {
            Complete();
            return true;
        }

        if (_capture is not null)
        {
            _ticks = _capture is CodeCapture code ? new TickCount(code) : _ticks;
            GiveUp();
            return true;
        }

        char sign = _sign;
        _sign = '\0';
        if (IsRun(sign))
        {
            EndRun(sign, '\n');
        }
        else if (sign != 0)
        {
            EndSign(sign);
        }

        return sign != 0;
    }

    private static bool IsRun(char sign) => sign is '*' or '_' or '~' or '`' or '$';

    /// <summary>Ends a delimiter that begins nothing.</summary>
    private void EndSign(char sign)
    {
        if (sign == ']')
        {
            _spans.CloseBracket();
        }
        else
        {
            _out.Append(sign.ToString());
        }
    }

    private void EndRun(char sign, int next)
    {
        string run = new(sign, _count);
        if (sign == '`' && _ticks?.HasMore(_count) != false)
        {
            _capture = new CodeCapture(_count);
        }
        else if (sign == '$' && _count <= LongestMathSign && MathCapture.MayBegin(_out.Last, next))
        {
            _capture = new MathCapture(run, run);
        }
        else if (sign is '`' or '$' || _out.IsAddressThatGoesOnWith(next) || !_spans.AddRun(sign, _count, next))
        {
            _out.Append(run);
        }
    }

    private void Complete()
    {
        var capture = _capture!;
        _capture = null;
        switch (capture)
        {
            case CodeCapture code:
                _ticks?.Pass(code);
                _out.Add(code.Code, Spans.Code);
                break;
            case EntityCapture:
                _out.Append(InlineEntities.Decode(capture.Raw));
                break;
            case AngleCapture { IsLineBreak: true }:
                _out.Append("\n");
                break;
            case AngleCapture angle when LinkSpan.IsAddress(angle.Inner):
                _out.Add(angle.Inner, Spans.Link);
                break;
            case TargetCapture target:
                _spans.AddLink(target);
                break;
            default:
                _out.Append(capture.Raw);
                break;
        }
    }

    /// <summary>What was held back is something else: it is read again, after its opening characters.</summary>
    private void GiveUp()
    {
        var capture = _capture!;
        _capture = null;
        if (capture is TargetCapture)
        {
            _spans.CloseBracket();
        }

        string raw = capture.Raw;
        _out.Append(capture.Literal);
        _input.Push(new Input(raw, capture.LiteralLength, raw.Length));
    }

    private sealed class Input(string text, int at, int end)
    {
        public string Text { get; } = text;

        public int At { get; set; } = at;

        public int End { get; } = end;
    }
}
