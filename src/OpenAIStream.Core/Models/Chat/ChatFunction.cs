namespace OpenAIStream;

/// <summary>A function as it is described to the model.</summary>
public sealed class ChatFunction : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ChatFunction>(static () => new());

    /// <summary>The name of the function: letters, digits, <c>_</c> and <c>-</c>, at most 64.</summary>
    public string? Name { get => GetString("name"); set => SetOrRemove("name", value); }

    /// <summary>What the function does, by which the model decides when to call it.</summary>
    public string? Description { get => GetString("description"); set => SetOrRemove("description", value); }

    /// <summary>The parameters of the function, as a JSON schema of an object.</summary>
    public JsonMap? Parameters { get => GetModel<JsonMap>("parameters"); set => SetOrRemove("parameters", value); }

    /// <summary>Whether the service enforces the schema on the arguments of the model.</summary>
    public bool? Strict { get => GetBoolean("strict"); set => SetOrRemove("strict", value); }

    /// <summary>The name.</summary>
    public override string ToString() => Name ?? base.ToString();
}
