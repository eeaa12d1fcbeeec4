namespace OpenAIStream;

/// <summary>What a model has written: one chunk of an answer, or the whole answer.</summary>
public abstract class ModelOutput : JsonModel
{
    /// <summary>What a person would read of it; empty when there is nothing to read.</summary>
    public abstract string Text { get; }

    /// <summary>An object of the caller's choice that travels with this one. It is not part of the payload.</summary>
    public object? Tag { get; set; }

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
