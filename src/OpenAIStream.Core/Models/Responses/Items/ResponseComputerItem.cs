namespace OpenAIStream;

/// <summary>What the model wants done on a computer's screen.</summary>
public sealed class ResponseComputerItem : ResponseCallItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseComputerItem>(static () => new());

    /// <summary>The action, such as <c>click</c>, with its values.</summary>
    public JsonMap? Action => GetModel<JsonMap>("action");

    /// <summary>The actions, one after the other, where there are several.</summary>
    public IReadOnlyList<JsonMap> Actions => GetList<JsonMap>("actions");

    /// <summary>What a person is to look at before the action is taken.</summary>
    public IReadOnlyList<JsonMap> PendingSafetyChecks => GetList<JsonMap>("pending_safety_checks");

    /// <summary>The actions' types.</summary>
    public override string ToString() => Actions.Count > 0 ? string.Join(", ", Actions.Select(static action => action["type"]))
        : Action?["type"] as string ?? base.ToString();
}
