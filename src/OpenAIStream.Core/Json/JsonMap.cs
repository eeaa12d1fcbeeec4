using System.Collections;

namespace OpenAIStream;

/// <summary>A JSON object that has no type of its own; its fields are reached by name.</summary>
public sealed class JsonMap : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<JsonMap>(static () => new());

    /// <summary>An empty object.</summary>
    public JsonMap()
    {
    }

    /// <summary>An object with a dictionary's entries.</summary>
    /// <exception cref="ArgumentException">A value has no form in JSON, or is nested deeper than 256 levels.</exception>
    public JsonMap(IDictionary fields) : this(fields, 1)
    {
    }

    internal JsonMap(IDictionary fields, int depth)
    {
        Guard.NotNull(fields, nameof(fields));
        Merge(fields, depth);
    }
}
