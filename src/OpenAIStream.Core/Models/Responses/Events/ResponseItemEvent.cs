namespace OpenAIStream;

/// <summary>Something about one item of the output; by itself the progress of a tool (web search, file search, code interpreter, image generation, MCP).</summary>
public class ResponseItemEvent : ResponseEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseItemEvent>(static () => new());

    /// <summary>The id of the item.</summary>
    public string? ItemId => GetString("item_id");

    /// <summary>Which item of the output it is, from 0.</summary>
    public int? OutputIndex => GetInt32("output_index");

    /// <summary>Which part of the item it is, from 0, where the item has parts.</summary>
    public int? ContentIndex => GetInt32("content_index");
}
