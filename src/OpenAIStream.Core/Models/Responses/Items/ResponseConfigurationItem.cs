namespace OpenAIStream;

/// <summary>From here on the model reasons or writes otherwise.</summary>
public sealed class ResponseConfigurationItem : ResponseItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseConfigurationItem>(static () => new());

    /// <summary>How it reasons now: <c>effort</c>.</summary>
    public JsonMap? Reasoning => GetModel<JsonMap>("reasoning");

    /// <summary>The form of its text now: <c>format</c>.</summary>
    [FieldName("text")]
    public JsonMap? TextOptions => GetModel<JsonMap>("text");

    /// <summary>The change, as JSON.</summary>
    public override string ToString() =>
        string.Join(", ", new[] { Reasoning, TextOptions }.OfType<JsonMap>().Select(static part => part.ToJson())) is { Length: > 0 } text ? text : base.ToString();
}
