namespace OpenAIStream;

/// <summary>An error; in a stream it is thrown as an <see cref="ApiException"/>.</summary>
public sealed class ResponseErrorEvent : ResponseEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseErrorEvent>(static () => new());

    /// <summary>The error code.</summary>
    public string? Code => GetString("code");

    /// <summary>What happened.</summary>
    public string? Message => GetString("message");

    /// <summary>The parameter of the request that caused it.</summary>
    public string? Param => GetString("param");
}
