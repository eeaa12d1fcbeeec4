namespace OpenAIStream;

/// <summary>A recording that cannot be read.</summary>
public sealed class RecordingFormatException : ApiException
{
    internal RecordingFormatException(string what, string? file, int line, Exception? reason)
        : base($"{(file is null ? "The recording" : $"The recording '{file}'")} cannot be read at line {line}: {what}.", reason)
    {
        File = file;
        Line = line;
    }

    /// <summary>The file; null for a text that is in none.</summary>
    public string? File { get; }

    /// <summary>The line, from 1.</summary>
    public int Line { get; }
}

/// <summary>In a replay: no recording answers the request. Nothing was sent.</summary>
public sealed class RecordingNotFoundException : ApiException
{
    internal RecordingNotFoundException(string message, string folder) : base(message)
    {
        Folder = folder;
    }

    /// <summary>Where the recordings are.</summary>
    public string Folder { get; }
}
