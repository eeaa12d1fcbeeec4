namespace OpenAIStream;

/// <summary>A function as it is described to the model.</summary>
public sealed class ChatFunction : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ChatFunction>(static () => new());

    /// <summary>The function's name: letters, digits, <c>_</c> and <c>-</c>, at most 64.</summary>
    public string? Name { get => GetString("name"); set => SetOrRemove("name", value); }

    /// <summary>What it is good for, by which the model decides when to call it.</summary>
    public string? Description { get => GetString("description"); set => SetOrRemove("description", value); }

    /// <summary>Its parameters, as a JSON schema of an object.</summary>
    public JsonMap? Parameters { get => GetModel<JsonMap>("parameters"); set => SetOrRemove("parameters", value); }

    /// <summary>Whether the model's arguments are held to the schema.</summary>
    public bool? Strict { get => GetBoolean("strict"); set => SetOrRemove("strict", value); }

    /// <summary>The name.</summary>
    public override string ToString() => Name ?? base.ToString();
}
