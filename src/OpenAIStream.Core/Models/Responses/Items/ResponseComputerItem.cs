namespace OpenAIStream;

/// <summary>The actions that the model requests on a computer screen.</summary>
public sealed class ResponseComputerItem : ResponseCallItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseComputerItem>(static () => new());

    /// <summary>The action, such as <c>click</c>, with its values.</summary>
    public JsonMap? Action => GetModel<JsonMap>("action");

    /// <summary>The actions in order, if there are several.</summary>
    public IReadOnlyList<JsonMap> Actions => GetList<JsonMap>("actions");

    /// <summary>What a person should check before the action is performed.</summary>
    public IReadOnlyList<JsonMap> PendingSafetyChecks => GetList<JsonMap>("pending_safety_checks");

    /// <summary>The types of the actions.</summary>
    public override string ToString() => Actions.Count > 0 ? string.Join(", ", Actions.Select(static action => action["type"]))
        : Action?["type"] as string ?? base.ToString();
}
