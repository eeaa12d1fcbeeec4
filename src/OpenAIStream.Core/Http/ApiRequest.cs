namespace OpenAIStream;

/// <summary>One request, as it is sent at each attempt.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path behind the base address, such as <c>chat/completions</c>.</param>
/// <param name="Body">JSON in UTF-8, or what <see cref="ContentType"/> says; null for none.</param>
/// <param name="Stream">Whether the answer is to be an event stream.</param>
/// <param name="Options">What the caller wants otherwise for this call.</param>
internal sealed record ApiRequest(HttpMethod Method, string Path, byte[]? Body, bool Stream, RequestOptions? Options)
{
    /// <summary>The model asked, where the request names one: on Azure it may be part of the address.</summary>
    public string? Model { get; init; }

    /// <summary>The fields of the request, for telemetry; null where it has none.</summary>
    public JsonModel? Fields { get; init; }

    /// <summary>What the request goes on from; null where it begins something.</summary>
    public RequestContinuation? Continuation { get; init; }

    /// <summary>What the body is.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>What the answer may be when it is no event stream.</summary>
    public string Accept { get; init; } = "application/json";

    /// <summary>The header <c>OpenAI-Beta</c>, for APIs that want it.</summary>
    public string? Beta { get; init; }
}
