namespace OpenAIStream;

/// <summary>The result of a tool that the caller ran: a function, a custom tool, a computer, a patch, a local shell.</summary>
public sealed class ResponseToolOutputItem : ResponseCallItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseToolOutputItem>(static () => new());

    /// <summary>The name of the tool, where it is told.</summary>
    public string? Name => GetString("name");

    /// <summary>The group of tools that it is from, where it is told.</summary>
    public string? Namespace => GetString("namespace");

    /// <summary>The result as it was sent: text, a list of parts, or the picture of a screen.</summary>
    public object? Output => this["output"];

    /// <summary>The warnings about a computer's action that a person has accepted.</summary>
    public IReadOnlyList<JsonMap> AcknowledgedSafetyChecks => GetList<JsonMap>("acknowledged_safety_checks");

    /// <summary>The result's text; of parts, those that are text.</summary>
    public override string ToString() => Output switch
    {
        string text => text,
        Array parts => string.Concat(parts.OfType<JsonModel>().Select(static part => part["text"] as string ?? $"[{part["type"]}]")),
        JsonModel part => $"[{part["type"]}]",
        _ => base.ToString(),
    };
}
