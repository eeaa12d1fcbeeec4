namespace OpenAIStream;

/// <summary>What a model has written: one chunk of an answer, or the whole answer.</summary>
public abstract class ModelOutput : JsonModel
{
    /// <summary>What a person would read of it; empty when there is nothing to read.</summary>
    public abstract string Text { get; }

    /// <summary>An object of the caller's choice that travels with this one. It is not part of the payload.</summary>
    public object? Tag { get; set; }
}
