namespace OpenAIStream;

/// <summary>Finds the end of a JSON object that arrives in pieces, looking at each character once.</summary>
internal sealed class JsonExtent
{
    private int _depth;
    private bool _isInText;
    private bool _isEscaped;
    private State _state;

    private enum State
    {
        Before,
        Inside,
        Whole,
        Other, // not an object, or more than one
    }

    /// <summary>Whether the input so far is exactly one object, with nothing missing and nothing after it.</summary>
    public bool IsWhole => _state == State.Whole;

    public static bool IsWholeObject(string text)
    {
        var extent = new JsonExtent();
        extent.Add(text);
        return extent.IsWhole;
    }

    public void Add(string piece)
    {
        foreach (char c in piece)
        {
            Add(c);
        }
    }

    private void Add(char c)
    {
        if (_isInText)
        {
            AddToText(c);
        }
        else if (c is not (' ' or '\t' or '\r' or '\n'))
        {
            AddToStructure(c);
        }
    }

    private void AddToText(char c)
    {
        if (_isEscaped)
        {
            _isEscaped = false;
        }
        else if (c == '\\')
        {
            _isEscaped = true;
        }
        else
        {
            _isInText = c != '"';
        }
    }

    private void AddToStructure(char c)
    {
        if (_state != State.Inside)
        {
            _state = _state == State.Before && c == '{' ? State.Inside : State.Other;
        }

        switch (c)
        {
            case '"':
                _isInText = true;
                break;
            case '{' or '[':
                _depth++;
                break;
            case '}' or ']' when --_depth == 0 && _state == State.Inside:
                _state = State.Whole;
                break;
        }
    }
}
