namespace OpenAIStream;

/// <summary>A recording that cannot be read.</summary>
public sealed class RecordingFormatException : ApiException
{
    /// <param name="what">What is wrong, as the end of a sentence without its period.</param>
    /// <param name="file">The file; null for a text that is not in a file.</param>
    /// <param name="line">The line, starting at 1.</param>
    /// <param name="innerException">The exception that caused the error.</param>
    public RecordingFormatException(string what, string? file, int line, Exception? innerException = null)
        : base($"{(file is null ? "The recording" : $"The recording '{file}'")} cannot be read at line {line}: {what}.", innerException)
    {
        File = file;
        Line = line;
    }

    /// <summary>The file; null for a text that is not in a file.</summary>
    public string? File { get; }

    /// <summary>The line, starting at 1.</summary>
    public int Line { get; }
}

/// <summary>No recording in a replay matches the request. Nothing was sent.</summary>
public sealed class RecordingNotFoundException : ApiException
{
    /// <param name="message">What was requested, and how it differs from the closest recording.</param>
    /// <param name="folder">The folder with the recordings.</param>
    public RecordingNotFoundException(string message, string folder) : base(message)
    {
        Folder = folder;
    }

    /// <summary>The folder with the recordings.</summary>
    public string Folder { get; }
}
