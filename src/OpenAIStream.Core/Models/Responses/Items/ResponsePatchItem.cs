namespace OpenAIStream;

/// <summary>A file change that the model requests.</summary>
public sealed class ResponsePatchItem : ResponseCallItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponsePatchItem>(static () => new());

    /// <summary>The change: its type, path and diff.</summary>
    public JsonMap? Operation => GetModel<JsonMap>("operation");

    /// <summary>The change and the file, such as <c>update_file src/main.py</c>.</summary>
    public override string ToString() => Operation is null ? base.ToString() : $"{Operation["type"]} {Operation["path"]}".Trim();
}
