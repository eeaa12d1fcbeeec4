namespace OpenAIStream;

/// <summary>A change to a file that the model asks for.</summary>
public sealed class ResponsePatchItem : ResponseCallItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponsePatchItem>(static () => new());

    /// <summary>The change: its type, path and diff.</summary>
    public JsonMap? Operation => GetModel<JsonMap>("operation");

    /// <summary>What is done to which file, such as <c>update_file src/main.py</c>.</summary>
    public override string ToString() => Operation is null ? base.ToString() : $"{Operation["type"]} {Operation["path"]}".Trim();
}
