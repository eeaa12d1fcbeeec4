namespace OpenAIStream;

/// <summary>A model that the service offers.</summary>
public sealed class ModelInfo : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ModelInfo>(static () => new());

    /// <summary>The name of the model, for requests.</summary>
    public string? Id => GetString("id");

    /// <summary>The kind of object: <c>model</c>.</summary>
    public string? Object => GetString("object");

    /// <summary>When the model was created.</summary>
    public DateTimeOffset? Created => GetUnixTime("created");

    /// <summary>The day on which the service shuts the model down, without a time; null if none is announced.</summary>
    public DateTime? ShutdownDate => GetDate("shutdown_date");

    /// <summary>The owner.</summary>
    public string? OwnedBy => GetString("owned_by");

    /// <summary>The name.</summary>
    public override string ToString() => Id ?? base.ToString();
}

/// <summary>The models, as the service lists them.</summary>
internal sealed class ModelList : JsonModel
{
    private static readonly JsonShape Shape = new JsonShape<ModelList>(static () => new(), ("data", ModelInfo.Shape));

    public IReadOnlyList<ModelInfo> Data => GetList<ModelInfo>("data");
}
