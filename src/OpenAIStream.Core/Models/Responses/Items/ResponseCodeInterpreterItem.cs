namespace OpenAIStream;

/// <summary>Code that the service ran.</summary>
public sealed class ResponseCodeInterpreterItem : ResponseItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseCodeInterpreterItem>(static () => new());

    /// <summary>The code.</summary>
    public string? Code => GetString("code");

    /// <summary>The container in which it ran.</summary>
    public string? ContainerId => GetString("container_id");

    /// <summary>Its outputs, if requested.</summary>
    public IReadOnlyList<JsonMap> Outputs => GetList<JsonMap>("outputs");

    /// <summary>The code.</summary>
    public override string ToString() => Code ?? base.ToString();
}
