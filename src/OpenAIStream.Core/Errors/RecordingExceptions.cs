namespace OpenAIStream;

/// <summary>A recording that cannot be read.</summary>
public sealed class RecordingFormatException : ApiException
{
    /// <param name="what">What is wrong, as the end of a sentence without its period.</param>
    /// <param name="file">The file; null for a text that is in none.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="innerException">What was thrown at it.</param>
    public RecordingFormatException(string what, string? file, int line, Exception? innerException = null)
        : base($"{(file is null ? "The recording" : $"The recording '{file}'")} cannot be read at line {line}: {what}.", innerException)
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
    /// <param name="message">What was asked, and what of the nearest recording differs.</param>
    /// <param name="folder">Where the recordings are.</param>
    public RecordingNotFoundException(string message, string folder) : base(message)
    {
        Folder = folder;
    }

    /// <summary>Where the recordings are.</summary>
    public string Folder { get; }
}
