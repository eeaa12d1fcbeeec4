namespace OpenAIStream;

/// <summary>The result of a tool that the caller ran: a function, a custom tool, a computer, a patch, a local shell.</summary>
public sealed class ResponseToolOutputItem : ResponseCallItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseToolOutputItem>(static () => new());

    /// <summary>The name of the tool, if the service sends it.</summary>
    public string? Name => GetString("name");

    /// <summary>The group of tools that it belongs to, if the service sends it.</summary>
    public string? Namespace => GetString("namespace");

    /// <summary>The result as it was sent: text, a list of parts, or a screenshot.</summary>
    public object? Output => this["output"];

    /// <summary>The warnings about an action that a person has accepted.</summary>
    public IReadOnlyList<JsonMap> AcknowledgedSafetyChecks => GetList<JsonMap>("acknowledged_safety_checks");

    /// <summary>The text of the result; for parts, those that are text.</summary>
    public override string ToString() => Output switch
    {
        string text => text,
        Array parts => string.Concat(parts.OfType<JsonModel>().Select(static part => part["text"] as string ?? $"[{part["type"]}]")),
        JsonModel part => $"[{part["type"]}]",
        _ => base.ToString(),
    };
}
