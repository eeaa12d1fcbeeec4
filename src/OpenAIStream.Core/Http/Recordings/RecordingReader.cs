using System.Globalization;
using System.Text;

namespace OpenAIStream;

/// <summary>Reads the text of a recording line by line. Line ends can be LF or CRLF; blank lines and comments are ignored.</summary>
internal sealed class RecordingReader(byte[] bytes, string? file)
{
    private readonly List<KeyValuePair<string, string>> _requestHeaders = [];
    private readonly List<KeyValuePair<string, string>> _responseHeaders = [];
    private readonly List<RecordingStep> _waiting = [];
    private readonly List<RecordingStep> _body = [];
    private readonly List<byte> _requestBody = [];
    private List<byte>? _piece;
    private string? _method;
    private string _path = "";
    private int? _status;
    private string _reason = "";
    private bool _isOver;
    private int _line;

    /// <exception cref="RecordingFormatException">The text is not a recording.</exception>
    public Recording Read()
    {
        for (int at = 0; at < bytes.Length;)
        {
            int end = Array.IndexOf(bytes, (byte)'\n', at);
            end = end < 0 ? bytes.Length : end;
            _line++;
            Take(Line(at, end));
            at = end + 1;
        }

        ClosePiece();
        if (_method is null)
        {
            throw Wrong("it contains no request ('> POST /v1/...')");
        }

        if (_status is null && !_isOver)
        {
            throw Wrong("it contains neither a response ('< 200 OK') nor a fault instead of one ('! refused')");
        }

        return new Recording
        {
            Method = _method,
            Path = _path,
            RequestHeaders = _requestHeaders,
            RequestBody = _requestBody.ToArray(),
            Waiting = _waiting,
            StatusCode = _status,
            ReasonPhrase = _reason,
            ResponseHeaders = _responseHeaders,
            Body = _body,
        };
    }

    private string Line(int start, int end)
    {
        try
        {
            string line = Utf8.Strict.GetString(bytes, start, end - start);
            return line.EndsWith("\r", StringComparison.Ordinal) ? line.Substring(0, line.Length - 1) : line;
        }
        catch (DecoderFallbackException exception)
        {
            throw Wrong("it is not UTF-8 text", exception);
        }
    }

    private void Take(string line)
    {
        if (_line == 1)
        {
            if (line.TrimStart('\uFEFF').TrimEnd() != RecordingWriter.FirstLine)
            {
                throw Wrong($"the first line of a recording must be '{RecordingWriter.FirstLine}'");
            }

            return;
        }

        if (string.IsNullOrWhiteSpace(line) || line[0] == '#')
        {
            return;
        }

        if (_isOver)
        {
            throw Wrong("nothing can follow the fault before this line");
        }

        switch (line[0])
        {
            case '>': TakeRequest(line.Substring(1).Trim()); break;
            case '<': TakeAnswer(line.Substring(1).Trim()); break;
            case '~': AddStep(new RecordedPause(Time(line.Substring(1)))); break;
            case '!': TakeFault(line.Substring(1).Trim()); break;
            case '|' or '=': TakeBody(line); break;
            default: throw Wrong($"a line must begin with one of > < | = ~ ! #, not with '{line[0]}'");
        }
    }

    private void TakeRequest(string line)
    {
        if (_method is null)
        {
            string[] words = line.Split([' '], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length != 2 || words[1][0] != '/')
            {
                throw Wrong("the request must be a method and a path, as in '> POST /v1/chat/completions'");
            }

            (_method, _path) = (words[0].ToUpperInvariant(), words[1]);
            return;
        }

        if (_status is not null && line.StartsWith("{", StringComparison.Ordinal))
        {
            AddStep(new RecordedSent(Encoding.UTF8.GetBytes(line)));
            return;
        }

        if (_requestBody.Count > 0 || _waiting.Count > 0 || _status is not null)
        {
            throw Wrong("a request header must come before the request body and the response");
        }

        _requestHeaders.Add(Header(line));
    }

    private void TakeAnswer(string line)
    {
        if (_method is null)
        {
            throw Wrong("the request must come before the response");
        }

        if (_status is not null)
        {
            if (_body.Count > 0 || _piece is not null)
            {
                throw Wrong("a response header must come before the response body");
            }

            _responseHeaders.Add(Header(line));
            return;
        }

        string code = line.Split(' ')[0];
        if (!int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int status) || status is < 100 or > 999)
        {
            throw Wrong("the response must begin with its status, as in '< 200 OK'");
        }

        (_status, _reason) = (status, line.Substring(code.Length).Trim());
    }

    private void TakeFault(string line)
    {
        string word = line.Split(' ')[0];
        string rest = line.Substring(word.Length).Trim();
        RecordedFaultKind kind = word.ToLowerInvariant() switch
        {
            "cut" => RecordedFaultKind.Cut,
            "close" => RecordedFaultKind.Close,
            "reset" => RecordedFaultKind.Reset,
            "stall" => RecordedFaultKind.Stall,
            "refused" => RecordedFaultKind.Refused,
            "timeout" => RecordedFaultKind.Timeout,
            _ => throw Wrong("a fault must be '! cut', '! close 1011', '! reset', '! stall', '! stall 30 s', '! refused' or '! timeout'"),
        };
        if (kind == RecordedFaultKind.Close)
        {
            AddStep(CloseOf(rest));
            _isOver = true;
            return;
        }

        if (rest.Length > 0 && kind != RecordedFaultKind.Stall)
        {
            throw Wrong($"'{word}' cannot have a time; only a stall can");
        }

        if (_status is not null && kind is RecordedFaultKind.Refused or RecordedFaultKind.Timeout)
        {
            throw Wrong($"'{word}' is a fault of opening the connection, and must come instead of a response");
        }

        AddStep(new RecordedFault(kind, rest.Length > 0 ? Time(rest) : null));
        _isOver = rest.Length == 0;
    }

    private RecordedFault CloseOf(string text)
    {
        string code = text.Split(' ')[0];
        return int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 1000 and < 5000
            ? new RecordedFault(RecordedFaultKind.Close) { CloseCode = number, CloseReason = text.Length > code.Length ? text.Substring(code.Length).Trim() : null }
            : throw Wrong("a WebSocket is closed with a code from 1001 to 4999, as in '! close 1011 internal error'; without an error the answer simply ends");
    }

    private void TakeBody(string line)
    {
        if (_method is null)
        {
            throw Wrong("the request must come before a body");
        }

        if (_status is null && _waiting.Count > 0)
        {
            throw Wrong("the response body must come after the status ('< 200 OK')");
        }

        byte[] content;
        try
        {
            content = BodyText.Read(line);
        }
        catch (FormatException exception)
        {
            throw Wrong(exception.Message, exception);
        }

        (_status is null ? _requestBody : _piece ??= []).AddRange(content);
    }

    private void AddStep(RecordingStep step)
    {
        if (_method is null)
        {
            throw Wrong("the request must come first");
        }

        ClosePiece();
        (_status is null ? _waiting : _body).Add(step);
    }

    private void ClosePiece()
    {
        if (_piece is not null)
        {
            _body.Add(new RecordedBytes(_piece.ToArray()));
            _piece = null;
        }
    }

    private KeyValuePair<string, string> Header(string line)
    {
        int colon = line.IndexOf(':');
        string name = line.Substring(0, Math.Max(0, colon)).TrimEnd();
        return HeaderRules.IsToken(name)
            ? new(name, line.Substring(colon + 1).Trim())
            : throw Wrong("a header must be a name and a value, as in '< Retry-After: 1'");
    }

    private TimeSpan Time(string text)
    {
        string number = text.Trim().TrimEnd('m', 's').TrimEnd();
        string unit = text.Trim().Substring(number.Length).Trim();
        double milliseconds = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            ? unit switch { "ms" => value, "s" => value * 1000, _ => double.NaN }
            : double.NaN;
        return milliseconds is >= 0 and <= int.MaxValue // the range of a timer
            ? TimeSpan.FromTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond))
            : throw Wrong("a time must be a number with its unit, as in '~ 40 ms' or '! stall 30 s'");
    }

    private RecordingFormatException Wrong(string what, Exception? reason = null) => new(what, file, Math.Max(1, _line), reason);
}
