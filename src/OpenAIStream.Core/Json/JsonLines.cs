using System.Text.Json;

namespace OpenAIStream;

/// <summary>Reads JSON lines one after another. Blank lines are skipped.</summary>
/// <param name="source">The lines.</param>
/// <param name="longestLine">The maximum size of a line in bytes, about.</param>
internal sealed class JsonLines(Stream source, int longestLine = 1024 * 1024 * 1024) : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private byte[] _buffer = new byte[BufferSize];
    private int _start;
    private int _end;
    private bool _isAtEnd;

    /// <summary>The current line, until the next is read.</summary>
    public ArraySegment<byte> Line { get; private set; } = new([]);

    /// <summary>Moves to the next line; false at the end.</summary>
    /// <exception cref="ResponseTooLargeException">A line is too long.</exception>
    public async Task<bool> MoveNextAsync(CancellationToken stop)
    {
        while (true)
        {
            int from = _start;
            int end;
            while ((end = Array.IndexOf(_buffer, (byte)'\n', from, _end - from)) < 0 && !_isAtEnd)
            {
                int looked = _end - _start;
                await FillAsync(stop).ConfigureAwait(false);
                from = _start + looked;
            }

            if (end < 0 && _start == _end)
            {
                return false;
            }

            int length = (end < 0 ? _end : end) - _start;
            Line = new ArraySegment<byte>(_buffer, _start, length);
            _start = end < 0 ? _end : end + 1;
            if (!IsBlank(Line))
            {
                return true;
            }
        }
    }

    /// <summary>A line as an object.</summary>
    /// <exception cref="JsonException">It is not an object.</exception>
    public static JsonMap Read(ArraySegment<byte> line) =>
        new JsonTokenReader().Read(line.AsSpan(), JsonMap.Shape, null) as JsonMap ?? throw new JsonException("A line is JSON, but not an object.");

    /// <summary>A text field of a line, without creating objects for the rest; null if there is none.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static string? TextOf(ArraySegment<byte> line, string field)
    {
        var reader = new Utf8JsonReader(line.AsSpan(), new JsonReaderOptions { MaxDepth = 1000 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isIt = reader.ValueTextEquals(field);
            reader.Read();
            if (isIt && reader.TokenType == JsonTokenType.String)
            {
                return reader.GetString();
            }

            reader.Skip();
        }

        return null;
    }

    public void Dispose() => source.Dispose();

    private async Task FillAsync(CancellationToken stop)
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_end >= longestLine)
            {
                throw new ResponseTooLargeException(FormattableString.Invariant($"A line of the file is longer than {longestLine} bytes.")) { Limit = longestLine };
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        int count = await source.ReadAsync(_buffer.AsMemory(_end), stop).ConfigureAwait(false);
        _end += count;
        _isAtEnd = count == 0;
    }

    private static bool IsBlank(ArraySegment<byte> line)
    {
        for (int i = 0; i < line.Count; i++)
        {
            if (line.Array![line.Offset + i] is not ((byte)' ' or (byte)'\t' or (byte)'\r'))
            {
                return false;
            }
        }

        return true;
    }
}
