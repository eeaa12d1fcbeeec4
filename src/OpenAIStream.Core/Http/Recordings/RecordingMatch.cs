namespace OpenAIStream;

/// <summary>What of a request must be the same for a recording to answer it.</summary>
[Flags]
public enum RecordingMatch
{
    /// <summary>Nothing: the recordings answer in their order.</summary>
    None = 0,

    /// <summary>The HTTP method.</summary>
    Method = 1,

    /// <summary>The path and the query; the query's order does not count, nor do the values of parameters that carry keys.</summary>
    Path = 2,

    /// <summary>The body: as a value where it is JSON, so that order and layout do not count; else as it is.</summary>
    Body = 4,

    /// <summary>All of these.</summary>
    All = Method | Path | Body,
}
