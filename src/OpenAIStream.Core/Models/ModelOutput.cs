namespace OpenAIStream;

/// <summary>What a model has written: one chunk of an answer, or the whole answer.</summary>
public abstract class ModelOutput : JsonModel
{
    private object? _tag;

    /// <summary>What a person would read of it; empty when there is nothing to read.</summary>
    [FieldName(null)]
    public abstract string Text { get; }

    /// <summary>The text.</summary>
    public override string ToString() => Text;

    /// <summary>The object that <see cref="SetTag"/> attached to this one; null without one.</summary>
    public object? GetTag() => _tag;

    /// <summary>
    /// Attaches an object of the caller's choice, which travels with this one and is not part of the payload. It is no
    /// property, so that whatever lists properties shows what the model wrote and nothing else.
    /// </summary>
    public void SetTag(object? tag) => _tag = tag;
}
