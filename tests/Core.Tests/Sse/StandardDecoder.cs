using System.Globalization;
using System.Numerics;
using System.Text;

namespace OpenAIStream.Tests.Sse;

/// <summary>Where System.Net.ServerSentEvents departs from the standard; each has its row in <see cref="PlatformDifferences"/>.</summary>
[Flags]
internal enum Departures
{
    None = 0,
    TypeOutlivesBlockWithoutData = 1,
    EmptyTypeIsNotMessage = 2,
    IdComesWithItsOwnEventOnly = 4,
    IdCountsBeforeItsBlockEnds = 8,
    RetryIsBounded = 16,
    RetryMayEndInNul = 32,
    All = 63,
}

/// <summary>
/// The standard's algorithm in its simplest form (HTML, sections 9.2.5 "Parsing an event stream" and 9.2.6 "Interpreting an
/// event stream"): the whole text at once, with strings. The tests compare the real decoder with it.
/// </summary>
internal sealed class StandardDecoder
{
    private readonly Departures _departures;
    private string _type = "";
    private string _data = "";
    private string? _idBuffer;
    private string? _ownId;
    private string? _lastEventId;
    private long? _retry;

    private StandardDecoder(Departures departures) => _departures = departures;

    /// <summary>The events, and the last event id at the end.</summary>
    public static (List<ServerSentEvent> Events, string? LastEventId) Decode(byte[] stream, Departures departures = Departures.None)
    {
        var decoder = new StandardDecoder(departures);
        var events = decoder.Interpret(Encoding.UTF8.GetString(stream), "\uFEFF").Select(found => found.Event).ToList();
        return (events, decoder._lastEventId);
    }

    /// <summary>For each event, the number of bytes after which it is complete. In Latin-1 a character is a byte.</summary>
    public static List<int> Ends(byte[] stream) =>
        [.. new StandardDecoder(Departures.None).Interpret(Encoding.Latin1.GetString(stream), "\u00EF\u00BB\u00BF").Select(found => found.End)];

    private bool Departs(Departures departure) => (_departures & departure) != 0;

    private IEnumerable<(ServerSentEvent Event, int End)> Interpret(string text, string byteOrderMark)
    {
        int start = text.StartsWith(byteOrderMark, StringComparison.Ordinal) ? byteOrderMark.Length : 0;
        for (int i = start; i < text.Length; i++)
        {
            if (text[i] is not ('\r' or '\n'))
            {
                continue;
            }

            string line = text[start..i];
            int end = i + 1;
            if (text[i] == '\r' && end < text.Length && text[end] == '\n')
            {
                i++;
            }

            start = i + 1;
            if (line.Length > 0)
            {
                ReadLine(line);
            }
            else if (Dispatch() is ServerSentEvent found)
            {
                yield return (found, end);
            }
        }
    }

    private void ReadLine(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            ReadField(line, "");
        }
        else if (colon > 0)
        {
            string value = line[(colon + 1)..];
            ReadField(line[..colon], value.StartsWith(' ') ? value[1..] : value);
        }
    }

    private void ReadField(string name, string value)
    {
        switch (name)
        {
            case "event":
                _type = Departs(Departures.EmptyTypeIsNotMessage) && value.Length == 0 ? "(empty)" : value;
                break;
            case "data":
                _data += value + "\n";
                break;
            case "id" when !value.Contains('\0', StringComparison.Ordinal):
                _idBuffer = _ownId = value;
                _lastEventId = Departs(Departures.IdCountsBeforeItsBlockEnds) ? value : _lastEventId;
                break;
            case "retry":
                ReadRetry(Departs(Departures.RetryMayEndInNul) ? value.TrimEnd('\0') : value);
                break;
        }
    }

    private void ReadRetry(string value)
    {
        if (value.Length == 0 || !value.All(char.IsAsciiDigit))
        {
            return;
        }

        var number = BigInteger.Parse(value, CultureInfo.InvariantCulture);
        if (!Departs(Departures.RetryIsBounded))
        {
            _retry = (long)BigInteger.Min(number, long.MaxValue);
        }
        else if (number <= (long)TimeSpan.MaxValue.TotalMilliseconds)
        {
            _retry = (long)number;
        }
    }

    private ServerSentEvent? Dispatch()
    {
        _lastEventId = _idBuffer;
        if (_data.Length == 0)
        {
            _type = Departs(Departures.TypeOutlivesBlockWithoutData) ? _type : "";
            return null;
        }

        string? type = _type switch { "" => null, "(empty)" => "", _ => _type };
        string? id = Departs(Departures.IdComesWithItsOwnEventOnly) ? _ownId : _lastEventId;
        var result = new ServerSentEvent(type, _data[..^1], id, _retry);
        (_type, _data, _ownId, _retry) = ("", "", null, null);
        return result;
    }
}
