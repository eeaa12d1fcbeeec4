namespace OpenAIStream;

/// <summary>The parts of a request that must equal the recorded request.</summary>
[Flags]
public enum RecordingMatch
{
    /// <summary>Nothing: the recordings are used in order.</summary>
    None = 0,

    /// <summary>The HTTP method.</summary>
    Method = 1,

    /// <summary>The path and the query, without regard to the order of the query or the values of parameters that carry keys.</summary>
    Path = 2,

    /// <summary>The body: JSON is compared by value, without regard to order and layout; everything else is compared byte by byte.</summary>
    Body = 4,

    /// <summary>All of these.</summary>
    All = Method | Path | Body,
}
