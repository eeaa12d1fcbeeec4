namespace OpenAIStream;

/// <summary>An error; in a stream it is raised as an <see cref="ApiException"/>.</summary>
public sealed class ResponseErrorEvent : ResponseEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseErrorEvent>(static () => new());

    /// <summary>The error's code.</summary>
    public string? Code => GetString("code");

    /// <summary>What happened.</summary>
    public string? Message => GetString("message");

    /// <summary>The request's parameter that it is about.</summary>
    public string? Param => GetString("param");
}
