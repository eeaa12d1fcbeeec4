namespace OpenAIStream;

/// <summary>A whole transcription.</summary>
public sealed class Transcription : Answer
{
    internal static readonly JsonShape Shape = new JsonShape<Transcription>(static () => new(), ("usage", ResponseUsage.Shape));

    /// <summary>What was said.</summary>
    [FieldName("text")]
    public override string Text => GetString("text") ?? "";

    /// <summary>The language, where it is told.</summary>
    public string? Language => GetString("language");

    /// <summary>How long the audio is, in seconds, where it is told.</summary>
    public double? Duration => GetDouble("duration");

    /// <summary>The parts, when asked for.</summary>
    public IReadOnlyList<JsonMap> Segments => GetList<JsonMap>("segments");

    /// <summary>Tokens used.</summary>
    public ResponseUsage? Usage => GetModel<ResponseUsage>("usage");
}
