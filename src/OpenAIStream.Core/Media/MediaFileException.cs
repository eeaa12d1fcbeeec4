namespace OpenAIStream;

/// <summary>The exception for a file that cannot be sent.</summary>
public sealed class MediaFileException : Exception
{
    /// <summary>Creates the exception, for example in a test.</summary>
    /// <param name="fault">What is wrong with the file.</param>
    /// <param name="path">The file.</param>
    /// <param name="message">The error message.</param>
    /// <param name="innerException">The exception of the system.</param>
    public MediaFileException(MediaFileFault fault, string path, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Fault = fault;
        Path = path;
    }

    /// <summary>What is wrong with the file.</summary>
    public MediaFileFault Fault { get; }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The media type that was detected from the content, such as <c>image/png</c>; null if unknown.</summary>
    public string? MediaType { get; init; }
}

/// <summary>Why a file cannot be sent.</summary>
public enum MediaFileFault
{
    /// <summary>The file is missing, or cannot be read.</summary>
    NotReadable,

    /// <summary>The file is larger than the limit.</summary>
    TooLarge,

    /// <summary>The type of its content cannot be sent there.</summary>
    UnsupportedType,

    /// <summary>The file is empty.</summary>
    Empty,
}
