using System.Collections;

namespace OpenAIStream;

/// <summary>A JSON object without a type of its own; its fields are accessed by name.</summary>
public sealed class JsonMap : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<JsonMap>(static () => new());

    /// <summary>Creates an empty object.</summary>
    public JsonMap()
    {
    }

    /// <summary>Creates an object from the entries of a dictionary.</summary>
    /// <exception cref="ArgumentException">A value cannot be written as JSON, or is nested more than 256 levels deep.</exception>
    public JsonMap(IDictionary fields) : this(fields, 1)
    {
    }

    internal JsonMap(IDictionary fields, int depth)
    {
        Guard.NotNull(fields, nameof(fields));
        Merge(fields, depth);
    }
}
