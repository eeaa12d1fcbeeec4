namespace OpenAIStream;

/// <summary>
/// The models for requests of one kind that do not specify one: that of the connection, otherwise that of an environment
/// variable, otherwise the default of the module. This is the only file of the module with names of models.
/// </summary>
internal sealed class DefaultModels
{
    /// <summary>For chats and responses.</summary>
    public static readonly DefaultModels Text = new("gpt-6-luna", "Model", static connection => connection.DefaultModel, "OPENAI_MODEL");

    /// <summary>For completions.</summary>
    public static readonly DefaultModels Completion = new(null, "Model", static connection => connection.DefaultModel, "OPENAI_COMPLETION_MODEL", "OPENAI_MODEL")
    {
        Remark = "OpenAI has retired its models for this endpoint.",
    };

    /// <summary>For images.</summary>
    public static readonly DefaultModels Image = new("gpt-image-2.5-flare", "ImageModel", static connection => connection.DefaultImageModel, "OPENAI_IMAGE_MODEL");

    /// <summary>For speech.</summary>
    public static readonly DefaultModels Speech = new("gpt-4o-mini-tts", "SpeechModel", static connection => connection.DefaultSpeechModel, "OPENAI_SPEECH_MODEL")
    {
        Remark = "OpenAI shuts down its models for this endpoint on 2027-01-06.",
    };

    /// <summary>For transcriptions.</summary>
    public static readonly DefaultModels Transcription =
        new("gpt-transcribe", "TranscriptionModel", static connection => connection.DefaultTranscriptionModel, "OPENAI_TRANSCRIPTION_MODEL");

    /// <summary>For embeddings.</summary>
    public static readonly DefaultModels Embedding = new("text-embedding-3-small", null, static _ => null, "OPENAI_EMBEDDING_MODEL");

    /// <summary>For moderation: the default of the service, which a request need not specify.</summary>
    public static readonly DefaultModels Moderation = new(null, null, static _ => null, "OPENAI_MODERATION_MODEL");

    private readonly Func<OpenAIConnection, string?> _ofConnection;
    private readonly string[] _variables;

    private DefaultModels(string? own, string? parameter, Func<OpenAIConnection, string?> ofConnection, params string[] variables)
    {
        Own = own;
        _ofConnection = ofConnection;
        _variables = variables;
        Ways = parameter is null ? $"-Model or the variable {variables[0]}" : $"-Model, Connect-OpenAI -{parameter} or the variable {variables[0]}";
    }

    /// <summary>The default of the module; null if there is none.</summary>
    public string? Own { get; }

    /// <summary>A remark about the default of the module, or why there is none.</summary>
    public string? Remark { get; private init; }

    /// <summary>The ways to specify another model, as text.</summary>
    public string Ways { get; }

    /// <summary>The model that the user has set; null if there is none. Blank variables are ignored.</summary>
    public string? Set(OpenAIConnection connection) =>
        Named(_ofConnection(connection)) ?? Array.ConvertAll(_variables, static variable => Named(Environment.GetEnvironmentVariable(variable))).FirstOrDefault(static name => name is not null);

    private static string? Named(string? value) => string.IsNullOrWhiteSpace(value) ? null : value!.Trim();
}
