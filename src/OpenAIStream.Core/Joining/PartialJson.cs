using System.Text;

namespace OpenAIStream;

/// <summary>
/// JSON that is still being written, readable at any time: structured output as it streams. Each character is examined
/// once, when it arrives; open values (a text, an object) contain what has arrived so far.
/// </summary>
public sealed class PartialJson
{
    private readonly Stack<object> _open = new();      // dictionaries and lists, the innermost on top
    private readonly StringBuilder _token = new();     // the text, number or literal that is being read
    private string? _name;                             // the field that the next value belongs to
    private object? _root;
    private Expected _expected = Expected.Value;
    private PartialScalar? _scalar; // the number or literal that is being read
    private bool _inString;
    private bool _inEscape;
    private int _unicodeDigits;
    private bool _isName;
    private bool _isUnfinishedTextInPlace;

    /// <summary>What can come next if no text, number or literal is open.</summary>
    private enum Expected
    {
        Value,
        ValueOrEnd, // after [
        NameOrEnd,  // after {
        Name,       // after a comma in an object
        Colon,
        CommaOrEnd,
        Nothing,
    }

    /// <summary>
    /// The value so far, which grows with the text: a <see cref="Dictionary{TKey, TValue}"/> by field names, a <see
    /// cref="List{T}"/>, a string, long, double, bool or null; null before there is one.
    /// </summary>
    public object? Value
    {
        get
        {
            if (_inString && !_isName)
            {
                int halfEscape = _unicodeDigits > 0 ? 4 - _unicodeDigits : 0;
                Place(_token.ToString(0, _token.Length - halfEscape));
                _isUnfinishedTextInPlace = true;
            }

            return _root;
        }
    }

    /// <summary>Whether a complete value has arrived. A number is complete only when white space follows it, because more digits could follow.</summary>
    public bool IsComplete => _expected == Expected.Nothing;

    /// <summary>Adds more of the text.</summary>
    /// <exception cref="FormatException">The text is not JSON.</exception>
    public void Append(string? text)
    {
        foreach (char c in text ?? "")
        {
            if (_inString)
            {
                AppendToString(c);
            }
            else if (_scalar is null || IsEndOfScalar(c))
            {
                AppendToStructure(c);
            }
            else if (_scalar.TryAppend(c))
            {
                _token.Append(c);
            }
            else
            {
                throw Unexpected(c);
            }
        }
    }

    private void AppendToString(char c)
    {
        if (_unicodeDigits > 0)
        {
            AppendHexDigit(c);
        }
        else if (_inEscape)
        {
            _inEscape = false;
            if (c == 'u')
            {
                _unicodeDigits = 4;
            }
            else
            {
                _token.Append(c switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', '"' or '\\' or '/' => c, _ => throw Unexpected(c) });
            }
        }
        else if (c == '\\')
        {
            _inEscape = true;
        }
        else if (c == '"')
        {
            EndString();
        }
        else
        {
            _token.Append(c >= ' ' ? c : throw Unexpected(c));
        }
    }

    private void AppendHexDigit(char c)
    {
        _token.Append(c is >= '0' and <= '9' or >= 'a' and <= 'f' or >= 'A' and <= 'F' ? c : throw Unexpected(c));
        if (--_unicodeDigits == 0)
        {
            int start = _token.Length - 4;
            char escaped = (char)Convert.ToUInt16(_token.ToString(start, 4), 16);
            _token.Length = start;
            _token.Append(escaped);
        }
    }

    private void AppendToStructure(char c)
    {
        if (_scalar is not null)
        {
            EndScalar(c);
        }

        switch (c)
        {
            case ' ' or '\t' or '\r' or '\n':
                break;
            case '"' when _expected is Expected.Name or Expected.NameOrEnd:
                _inString = _isName = true;
                break;
            case ':' when _expected == Expected.Colon:
                _expected = Expected.Value;
                break;
            case ',' when _expected == Expected.CommaOrEnd:
                _expected = IsInObject ? Expected.Name : Expected.Value;
                break;
            case '}' when _expected == Expected.NameOrEnd || (_expected == Expected.CommaOrEnd && IsInObject):
            case ']' when _expected == Expected.ValueOrEnd || (_expected == Expected.CommaOrEnd && !IsInObject):
                _open.Pop();
                EndValue();
                break;
            default:
                BeginValue(_expected is Expected.Value or Expected.ValueOrEnd ? c : throw Unexpected(c));
                break;
        }
    }

    private bool IsInObject => _open.Peek() is Dictionary<string, object?>;

    private void BeginValue(char c)
    {
        switch (c)
        {
            case '"':
                _inString = true;
                break;
            case '{':
                Open(new Dictionary<string, object?>(StringComparer.Ordinal));
                _expected = Expected.NameOrEnd;
                break;
            case '[':
                Open(new List<object?>());
                _expected = Expected.ValueOrEnd;
                break;
            default:
                _scalar = PartialScalar.Begin(c) ?? throw Unexpected(c);
                _token.Append(c);
                break;
        }
    }

    private void EndString()
    {
        _inString = false;
        string text = TakeToken();
        if (_isName)
        {
            _isName = false;
            _name = text;
            _expected = Expected.Colon;
            return;
        }

        Place(text);
        _isUnfinishedTextInPlace = false;
        EndValue();
    }

    /// <summary>A number or a literal ends with the character after it.</summary>
    private void EndScalar(char c)
    {
        if (!_scalar!.IsWhole)
        {
            throw Unexpected(c);
        }

        _scalar = null;
        Place(JsonValue.ToPublic(JsonTokenReader.ParseValue(TakeToken())));
        EndValue();
    }

    private static bool IsEndOfScalar(char c) => c is ' ' or '\t' or '\r' or '\n' or ',' or ']' or '}';

    private void EndValue() => _expected = _open.Count == 0 ? Expected.Nothing : Expected.CommaOrEnd;

    private void Open(object container)
    {
        Place(container);
        _open.Push(container);
    }

    private void Place(object? value)
    {
        if (_open.Count == 0)
        {
            _root = value;
        }
        else if (_open.Peek() is Dictionary<string, object?> fields)
        {
            fields[_name!] = value;
        }
        else
        {
            var items = (List<object?>)_open.Peek();
            if (_isUnfinishedTextInPlace)
            {
                items.RemoveAt(items.Count - 1);
            }

            items.Add(value);
        }
    }

    private string TakeToken()
    {
        string text = _token.ToString();
        _token.Clear();
        return text;
    }

    private static FormatException Unexpected(char c) => new($"The text is not JSON: '{c}' is not expected there.");
}
