namespace OpenAIStream;

/// <summary>What a service thinks of a text or an image: whether it is harmful, and how.</summary>
public sealed class Moderation : Answer
{
    internal static readonly JsonShape Shape = new JsonShape<Moderation>(static () => new());

    /// <summary>Whether it is harmful in any way.</summary>
    public bool? Flagged => GetBoolean("flagged");

    /// <summary>The ways in which it is, such as violence or self-harm/intent; empty where it is not.</summary>
    [FieldName(null)]
    public IReadOnlyList<string> Category => [.. (Categories?.GetFieldNames() ?? []).Where(name => Categories![name] is true)];

    /// <summary>Each way, and whether it is harmful so.</summary>
    public JsonMap? Categories => GetModel<JsonMap>("categories");

    /// <summary>Each way, and how likely it is, from 0 to 1.</summary>
    public JsonMap? CategoryScores => GetModel<JsonMap>("category_scores");

    /// <summary>The model that says so.</summary>
    public string? Model => GetString("model");

    /// <inheritdoc/>
    public override string Text => "";

    /// <summary>The ways in which it is harmful, or that it is not.</summary>
    public override string ToString() => Category is { Count: > 0 } ways ? string.Join(", ", ways) : Flagged == true ? "flagged" : "not flagged";
}

/// <summary>What one request for moderation gave.</summary>
public sealed class ModerationResult : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ModerationResult>(static () => new(), ("results", Moderation.Shape));

    /// <summary>The request's id.</summary>
    public string? Id => GetString("id");

    /// <summary>The model that was asked.</summary>
    public string? Model => GetString("model");

    /// <summary>What it says of each input, in their order.</summary>
    public IReadOnlyList<Moderation> Results => GetList<Moderation>("results");
}
