namespace OpenAIStream;

/// <summary>Lines outside the fields of the standard, in which some servers send an error: <c>error: ...</c>, or JSON on one or several lines.</summary>
/// <param name="limit">The maximum number of bytes to keep; errors are shorter.</param>
internal sealed class StrayLines(int limit)
{
    private MemoryStream? _json;
    private byte[] _error = [];
    private bool _isError;

    /// <summary>A possible error, valid until the next line.</summary>
    public SseFrame Frame => _isError
        ? new SseFrame("error"u8, _error, 0, 0) { IsStray = true }
        : new SseFrame(default, _json!.GetBuffer().AsSpan(0, (int)_json.Length), 0, 0) { IsStray = true };

    /// <summary>Whether a line, or the beginning of one, may be an error.</summary>
    public bool Takes(ReadOnlySpan<byte> line) => line.StartsWith("error:"u8) || (line[0] != (byte)':' && (_json is not null || IsBeginning(line)));

    /// <summary>Adds a line. Returns true if <see cref="Frame"/> may now be an error.</summary>
    public bool Add(ReadOnlySpan<byte> line)
    {
        _isError = line.StartsWith("error:"u8);
        if (_isError)
        {
            _error = line.Slice(6).ToArray();
            return true;
        }

        if (!Takes(line) || _json?.Length + line.Length > limit)
        {
            return false;
        }

        _json ??= new MemoryStream();
        byte[] bytes = line.ToArray();
        _json.Write(bytes, 0, bytes.Length);
        _json.WriteByte((byte)'\n');
        return Trimmed(line) is [.., (byte)'}' or (byte)']'];
    }

    /// <summary>An event continues: what came before was not an error.</summary>
    public void Clear() => _json = null;

    private static bool IsBeginning(ReadOnlySpan<byte> line) => Trimmed(line) is [(byte)'{' or (byte)'[', ..];

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> line) => line.Trim(" \t"u8);
}
