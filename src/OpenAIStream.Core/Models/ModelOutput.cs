namespace OpenAIStream;

/// <summary>The output of a model: one chunk of an answer, or the whole answer.</summary>
public abstract class ModelOutput : JsonModel
{
    private object? _tag;

    /// <summary>The readable text; empty if there is none.</summary>
    [FieldName(null)]
    public abstract string Text { get; }

    /// <summary>The text.</summary>
    public override string ToString() => Text;

    /// <summary>Returns the object that <see cref="SetTag"/> attached to this one; null if there is none.</summary>
    public object? GetTag() => _tag;

    /// <summary>
    /// Attaches an object of your choice, which stays with this one and is not part of the payload. It is not a property,
    /// so code that lists properties sees only what the model wrote.
    /// </summary>
    public void SetTag(object? tag) => _tag = tag;
}
