namespace OpenAIStream;

/// <summary>A program that the model wrote to call tools, or its result.</summary>
public sealed class ResponseProgramItem : ResponseCallItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseProgramItem>(static () => new());

    /// <summary>The program.</summary>
    public string? Code => GetString("code");

    /// <summary>The identifier of the program for the service; send it back with the program in the next request.</summary>
    public string? Fingerprint => GetString("fingerprint");

    /// <summary>What the program returned.</summary>
    public string? Result => GetString("result");

    /// <summary>The program, or its result.</summary>
    public override string ToString() => Code ?? Result ?? base.ToString();
}
