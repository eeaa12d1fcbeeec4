namespace OpenAIStream;

/// <summary>What one event of a stream holds.</summary>
public abstract class StreamChunk : ModelOutput
{
    /// <summary>What the cmdlet was asked, which this is the answer to; null where that is not known. It is not part of the payload.</summary>
    public object? Input => Source?.Input;

    /// <summary>Which of the cmdlet's inputs that was, from 0.</summary>
    public int? InputIndex => Source?.Index;

    /// <summary>The request that it answers, where that is known. It is not part of the payload.</summary>
    internal StreamSource? Source
    {
        get => Tag as StreamSource;
        set => Tag = value;
    }
}
