using System.Text;

namespace OpenAIStream;

/// <summary>The file of a checkpoint: JSON lines, each written immediately. Only one process can have it open. An incomplete last line is removed.</summary>
internal sealed class CheckpointFile : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private const int LongestLine = 1024 * 1024 * 1024;

    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF]; // an editor may add it

    private static readonly TimeSpan SyncInterval = TimeSpan.FromSeconds(1);
    private static readonly byte[] LineEnd = [(byte)'\n'];

    private readonly object _gate = new();
    private readonly FileStream _stream;
    private readonly System.Diagnostics.Stopwatch _sinceSync = System.Diagnostics.Stopwatch.StartNew();
    private readonly bool _isReadOnly;
    private long _end;
    private bool _isOpenLine; // the last line is complete except for its line end
    private bool _isClosed;

    private CheckpointFile(string path, FileStream stream, bool isReadOnly)
    {
        Path = path;
        _stream = stream;
        _isReadOnly = isReadOnly;
    }

    public string Path { get; }

    /// <summary>Whether an incomplete last line was removed.</summary>
    public bool WasCut { get; private set; }

    /// <summary>The lines that existed when the file was opened.</summary>
    public List<CheckpointLine> Lines { get; } = [];

    /// <summary>Opens or creates the file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="isReadOnly">Whether to leave the file unchanged, for a run that sends nothing. A missing file then counts as empty.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    /// <exception cref="InputFileException">The file is not a checkpoint.</exception>
    public static CheckpointFile? Open(string path, bool isReadOnly)
    {
        if (!File.Exists(path))
        {
            if (isReadOnly)
            {
                return null;
            }

            PrivateFile.Create(path, FileShare.None).Dispose();
        }

        // On Windows, others can read the file at the same time; elsewhere .NET has no lock that allows this.
        var share = System.IO.Path.DirectorySeparatorChar == '\\' ? FileShare.Read : FileShare.None;
        var stream = isReadOnly
            ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1)
            : new FileStream(path, FileMode.Open, FileAccess.ReadWrite, share, 1); // a buffer of 1 means no buffer: each line is one write
        try
        {
            var file = new CheckpointFile(path, stream, isReadOnly);
            file.ReadLines();
            return file;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether an exception says that another process uses the file.</summary>
    public static bool IsInUse(IOException exception) => (exception.HResult & 0xFFFF) is 11 or 32 or 33 or 35; // EWOULDBLOCK on Linux, Windows, macOS

    /// <summary>Reads an existing line.</summary>
    public JsonMap Read(CheckpointLine line)
    {
        byte[] bytes = new byte[line.Length];
        lock (_gate)
        {
            _stream.Position = line.Offset;
            for (int at = 0; at < bytes.Length;)
            {
                int count = _stream.Read(bytes, at, bytes.Length - at);
                at += count > 0 ? count : throw new IOException($"'{Path}' was truncated while it was in use.");
            }
        }

        return JsonModel.FromJson<JsonMap>(Encoding.UTF8.GetString(bytes));
    }

    /// <summary>Adds a line, from any thread. Lines after the end of the run are not written.</summary>
    /// <exception cref="IOException">The line cannot be written, or another program has changed the file.</exception>
    public void Append(JsonMap line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line.ToJson() + "\n");
        lock (_gate)
        {
            if (_isClosed || _isReadOnly)
            {
                return;
            }

            CheckUnchanged();
            _stream.Position = _end;
            if (_isOpenLine)
            {
                _stream.Write(LineEnd, 0, 1);
                _isOpenLine = false;
            }

            _stream.Write(bytes, 0, bytes.Length);
            _stream.Flush();
            _end = _stream.Position;
            if (_sinceSync.Elapsed >= SyncInterval) // the system has the line; this protects against a power failure
            {
                _stream.Flush(flushToDisk: true);
                _sinceSync.Restart();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _stream.Dispose();
        }
    }

    // On Unix, the lock only keeps out other runs. Further lines would leave a gap, or go to a file that was removed.
    private void CheckUnchanged()
    {
        var there = new FileInfo(Path);
        bool isLink = there.Exists && (there.Attributes & FileAttributes.ReparsePoint) != 0;
        if (!there.Exists || _stream.Length != _end || (!isLink && there.Length != _end))
        {
            throw new IOException($"Another program has changed or removed the checkpoint '{Path}' during the run. Answers are no longer kept, so the run ends.");
        }
    }

    private void ReadLines()
    {
        if (!_stream.CanSeek)
        {
            throw new InputFileException("CheckpointUnreadable", Path, $"'{Path}' is not a file that can be read and written. Specify another file for -Checkpoint.");
        }

        byte[] buffer = new byte[BufferSize];
        int filled = 0;
        SkipMark();
        int number = 0;
        int count;
        while ((count = _stream.Read(buffer, filled, buffer.Length - filled)) > 0)
        {
            int from = filled;
            int start = 0;
            filled += count;
            int end;
            while ((end = Array.IndexOf(buffer, (byte)'\n', from, filled - from)) >= 0)
            {
                ReadLine(buffer.AsSpan(start, end - start), ++number);
                _end += end + 1 - start;
                start = from = end + 1;
            }

            filled -= start;
            Buffer.BlockCopy(buffer, start, buffer, 0, filled);
            if (filled == buffer.Length)
            {
                if (filled >= LongestLine)
                {
                    throw Unreadable(number + 1);
                }

                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        if (filled > 0)
        {
            ReadRest(buffer.AsSpan(0, filled), number + 1);
        }
    }

    private void SkipMark()
    {
        byte[] start = new byte[Mark.Length];
        int count = 0;
        int read;
        while (count < start.Length && (read = _stream.Read(start, count, start.Length - count)) > 0)
        {
            count += read;
        }

        _end = start.SequenceEqual(Mark) ? Mark.Length : 0;
        _stream.Position = _end;
    }

    private void ReadLine(ReadOnlySpan<byte> bytes, int number)
    {
        if (!CheckpointLine.IsBlank(bytes)) // an editor may leave such lines
        {
            Lines.Add(CheckpointLine.Read(bytes, _end) ?? throw Unreadable(number));
        }
    }

    private void ReadRest(ReadOnlySpan<byte> bytes, int number)
    {
        if (CheckpointLine.Read(bytes, _end) is CheckpointLine line)
        {
            Lines.Add(line);
            _end += bytes.Length;
            _isOpenLine = true;
            return;
        }

        WasCut = CheckpointLine.IsTorn(bytes) ? true : throw Unreadable(number);
        if (!_isReadOnly)
        {
            _stream.SetLength(_end);
        }
    }

    private InputFileException Unreadable(int number) => new(
        "CheckpointUnreadable", Path, $"Line {number} of '{Path}' is not a line of a checkpoint. Specify another file for -Checkpoint, or correct that line.");
}
