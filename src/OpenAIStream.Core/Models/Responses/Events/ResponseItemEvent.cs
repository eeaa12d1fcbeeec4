namespace OpenAIStream;

/// <summary>
/// An event about one item of the output; by itself, the progress of a tool (web search, file search, code interpreter,
/// image generation, MCP).
/// </summary>
public class ResponseItemEvent : ResponseEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseItemEvent>(static () => new());

    /// <summary>The id of the item.</summary>
    public string? ItemId => GetString("item_id");

    /// <summary>The index of the item in the output, starting at 0.</summary>
    public int? OutputIndex => GetInt32("output_index");

    /// <summary>The index of the part in the item, starting at 0, if the item has parts.</summary>
    public int? ContentIndex => GetInt32("content_index");
}
