namespace OpenAIStream;

/// <summary>More of the code that the code interpreter runs, or all of it.</summary>
public sealed class ResponseCodeEvent : ResponseItemEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseCodeEvent>(static () => new());

    /// <summary>The new piece.</summary>
    public string? Delta => GetString("delta");

    /// <summary>The whole code, when it is complete.</summary>
    public string? Code => GetString("code");
}
