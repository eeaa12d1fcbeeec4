namespace OpenAIStream;

/// <summary>The verdict about a text or an image: whether it is harmful, and in which way.</summary>
public sealed class Moderation : Answer
{
    internal static readonly JsonShape Shape = new JsonShape<Moderation>(static () => new());

    /// <summary>Whether it is harmful in any way.</summary>
    public bool? Flagged => GetBoolean("flagged");

    /// <summary>The ways in which it is harmful, such as violence or self-harm/intent; empty if it is not.</summary>
    [FieldName(null)]
    public IReadOnlyList<string> Category => [.. (Categories?.GetFieldNames() ?? []).Where(name => Categories![name] is true)];

    /// <summary>Each category, and whether the input is harmful in that way.</summary>
    public JsonMap? Categories => GetModel<JsonMap>("categories");

    /// <summary>Each category, and its probability, from 0 to 1.</summary>
    public JsonMap? CategoryScores => GetModel<JsonMap>("category_scores");

    /// <summary>The model that classified it.</summary>
    public string? Model => GetString("model");

    /// <inheritdoc/>
    public override string Text => "";

    /// <summary>The ways in which it is harmful, or that it is not.</summary>
    public override string ToString() => Category is { Count: > 0 } ways ? string.Join(", ", ways) : Flagged == true ? "flagged" : "not flagged";
}

/// <summary>The result of one moderation request.</summary>
public sealed class ModerationResult : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ModerationResult>(static () => new(), ("results", Moderation.Shape));

    /// <summary>The id of the request.</summary>
    public string? Id => GetString("id");

    /// <summary>The model that was used.</summary>
    public string? Model => GetString("model");

    /// <summary>The verdict about each input, in order.</summary>
    public IReadOnlyList<Moderation> Results => GetList<Moderation>("results");
}
