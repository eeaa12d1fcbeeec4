namespace OpenAIStream;

/// <summary>From here on, the model uses other settings for reasoning or text.</summary>
public sealed class ResponseConfigurationItem : ResponseItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseConfigurationItem>(static () => new());

    /// <summary>The new reasoning settings: <c>effort</c>.</summary>
    public JsonMap? Reasoning => GetModel<JsonMap>("reasoning");

    /// <summary>The new text settings: <c>format</c>.</summary>
    [FieldName("text")]
    public JsonMap? TextOptions => GetModel<JsonMap>("text");

    /// <summary>The change, as JSON.</summary>
    public override string ToString() =>
        string.Join(", ", new[] { Reasoning, TextOptions }.OfType<JsonMap>().Select(static part => part.ToJson())) is { Length: > 0 } text ? text : base.ToString();
}
