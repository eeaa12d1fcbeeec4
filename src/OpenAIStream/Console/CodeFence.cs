namespace OpenAIStream;

/// <summary>Recognizes fenced code in Markdown (``` or ~~~) in text that arrives character by character.</summary>
internal sealed class CodeFence
{
    private const int ShortestFence = 3;

    private char _fence; // the character of the open fence, 0 outside code
    private int _fenceLength;

    // The line so far: spaces, a run of one marker, and what follows it.
    private char _marker;
    private int _run;
    private bool _isBehindRun;
    private bool _hasText;
    private bool _hasMarkerBehind;

    /// <summary>Whether the line is code, or a fence.</summary>
    public bool IsCode => _fence != 0 || _run >= ShortestFence;

    public void Add(char character)
    {
        if (character == '\n')
        {
            EndLine();
        }
        else if (!_isBehindRun && (_run == 0 ? character is '`' or '~' : character == _marker))
        {
            _marker = character;
            _run++;
        }
        else if (!_isBehindRun && _run == 0 && character is ' ' or '\t')
        {
            // indentation
        }
        else
        {
            _isBehindRun = true;
            _hasText |= character is not (' ' or '\t');
            _hasMarkerBehind |= character == _marker;
            if (_hasMarkerBehind && _marker == '`' && _fence == 0)
            {
                _run = 0; // inline code: ```like this```
            }
        }
    }

    private void EndLine()
    {
        if (_fence == 0 && _run >= ShortestFence)
        {
            _fence = _marker;
            _fenceLength = _run;
        }
        else if (_fence != 0 && _marker == _fence && _run >= _fenceLength && !_hasText)
        {
            _fence = '\0';
        }

        _run = 0;
        _marker = '\0';
        _isBehindRun = _hasText = _hasMarkerBehind = false;
    }
}
