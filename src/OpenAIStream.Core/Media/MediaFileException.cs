namespace OpenAIStream;

/// <summary>A file cannot be sent.</summary>
public sealed class MediaFileException : Exception
{
    /// <summary>Creates the exception; a test may need one.</summary>
    /// <param name="fault">What is wrong with the file.</param>
    /// <param name="path">The file.</param>
    /// <param name="message">What is wrong, in words.</param>
    /// <param name="innerException">What the system reported.</param>
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

    /// <summary>The media type that the file's content shows, such as <c>image/png</c>; null where that is unknown.</summary>
    public string? MediaType { get; init; }
}

/// <summary>Why a file cannot be sent.</summary>
public enum MediaFileFault
{
    /// <summary>It is missing, or cannot be read.</summary>
    NotReadable,

    /// <summary>It is larger than the limit.</summary>
    TooLarge,

    /// <summary>Its content is not of a type that can be sent there.</summary>
    UnsupportedType,

    /// <summary>It has no content.</summary>
    Empty,
}
