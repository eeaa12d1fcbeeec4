using System.Globalization;
using System.Text;

namespace OpenAIStream;

/// <summary>
/// JSON that is still being written, readable at any time: structured output as it streams. Each character is looked at
/// once, when it comes; what is open (a text, an object) is there as far as it has come.
/// </summary>
public sealed class PartialJson
{
    private readonly Stack<object> _open = new();      // dictionaries and lists, the innermost on top
    private readonly Stack<string?> _names = new();    // the field that each open dictionary is at
    private readonly StringBuilder _token = new();
    private object? _root;
    private bool _inString;
    private bool _inEscape;
    private int _unicodeDigits;
    private bool _isName;
    private bool _expectsName;
    private bool _isUnfinishedTextInPlace;

    /// <summary>
    /// The value so far, growing with the text: a <see cref="Dictionary{TKey, TValue}"/> by field names, a
    /// <see cref="List{T}"/>, a string, long, double, bool or null; null before there is one.
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

    /// <summary>Whether a whole value has come.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Takes more of the text.</summary>
    /// <exception cref="FormatException">The text is not JSON.</exception>
    public void Append(string? text)
    {
        foreach (char c in text ?? "")
        {
            if (_inString)
            {
                AppendToString(c);
            }
            else
            {
                AppendToStructure(c);
            }
        }
    }

    private void AppendToString(char c)
    {
        if (_unicodeDigits > 0)
        {
            _token.Append(c);
            if (--_unicodeDigits == 0)
            {
                int start = _token.Length - 4;
                if (!ushort.TryParse(_token.ToString(start, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code))
                {
                    throw new FormatException("An escape in the JSON text is not of the form \\uXXXX.");
                }

                _token.Length = start;
                _token.Append((char)code);
            }
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
            _inString = false;
            EndString();
        }
        else
        {
            _token.Append(c);
        }
    }

    private void AppendToStructure(char c)
    {
        switch (c)
        {
            case ' ' or '\t' or '\r' or '\n':
                EndScalar();
                break;
            case '"':
                EnsureRoom(c);
                _isName = _expectsName;
                _inString = true;
                break;
            case '{':
                EnsureRoom(c);
                Open(new Dictionary<string, object?>(StringComparer.Ordinal));
                _expectsName = true;
                break;
            case '[':
                EnsureRoom(c);
                Open(new List<object?>());
                break;
            case '}' or ']':
                EndScalar();
                Close(c);
                break;
            case ',':
                EndScalar();
                _expectsName = _open.Count > 0 && _open.Peek() is Dictionary<string, object?>;
                break;
            case ':':
                break;
            default:
                EnsureRoom(c);
                _token.Append(c);
                break;
        }
    }

    private void EndString()
    {
        string text = TakeToken();
        if (_isName)
        {
            _isName = false;
            _expectsName = false;
            _names.Pop();
            _names.Push(text);
        }
        else
        {
            Place(text);
            _isUnfinishedTextInPlace = false;
            IsComplete = _open.Count == 0;
        }
    }

    /// <summary>A number or a literal ends with what comes after it.</summary>
    private void EndScalar()
    {
        if (_token.Length == 0)
        {
            return;
        }

        string text = TakeToken();
        try
        {
            Place(JsonValue.ToPublic(JsonModelReader.ParseValue(text)));
            IsComplete = _open.Count == 0;
        }
        catch (System.Text.Json.JsonException)
        {
            throw new FormatException("The text is not JSON: a value in it is neither a number nor true, false or null.");
        }
    }

    private void Open(object container)
    {
        Place(container);
        _open.Push(container);
        _names.Push(null);
    }

    private void Close(char bracket)
    {
        if (_open.Count == 0 || (_open.Peek() is Dictionary<string, object?>) != (bracket == '}'))
        {
            throw Unexpected(bracket);
        }

        _open.Pop();
        _names.Pop();
        _expectsName = false;
        IsComplete = _open.Count == 0;
    }

    private void Place(object? value)
    {
        if (_open.Count == 0)
        {
            _root = value;
        }
        else if (_open.Peek() is Dictionary<string, object?> fields)
        {
            fields[_names.Peek() ?? throw new FormatException("The text is not JSON: an object's value has no name.")] = value;
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

    private void EnsureRoom(char c)
    {
        if (IsComplete)
        {
            throw Unexpected(c);
        }
    }

    private static FormatException Unexpected(char c) => new($"The text is not JSON: '{c}' is not expected there.");
}
