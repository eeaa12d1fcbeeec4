namespace OpenAIStream;

/// <summary>One request, as it is sent in each attempt.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path relative to the base address, such as <c>chat/completions</c>.</param>
/// <param name="Body">The body; null for none.</param>
/// <param name="Stream">Whether the response should be an event stream.</param>
/// <param name="Options">Per-call overrides.</param>
internal sealed record ApiRequest(HttpMethod Method, string Path, RequestBody? Body, bool Stream, RequestOptions? Options)
{
    // Images in the body have many bytes and few tokens.
    private const int MostCountedBytes = 256 * 1024;

    /// <summary>The model, if the request specifies one: on Azure it can be part of the address.</summary>
    public string? Model { get; init; }

    /// <summary>The fields of the request, for telemetry; null if it has none.</summary>
    public JsonModel? Fields { get; init; }

    /// <summary>What the request continues from; null if it starts something new.</summary>
    public RequestContinuation? Continuation { get; init; }

    /// <summary>The estimated number of tokens: four bytes each, plus the maximum that can be generated. 1 if the body is not JSON.</summary>
    public int Tokens => Body is not { ContentType: RequestBody.JsonType, Length: long length } ? 1 : (int)((Math.Min(length, MostCountedBytes) / 4) + Math.Min(MostCountedBytes, Most()));

    private long Most() => Fields is null ? 0
        : (Fields.Find("max_completion_tokens") as long? ?? Fields.Find("max_output_tokens") as long? ?? Fields.Find("max_tokens") as long? ?? 0) * (Fields.Find("n") as long? ?? 1);

    /// <summary>The accepted media type if the response is not an event stream.</summary>
    public string Accept { get; init; } = "application/json";

    /// <summary>Whether a failed response is a valid answer, because its state was requested.</summary>
    public bool MayHaveFailed { get; init; }

    /// <summary>The header <c>OpenAI-Beta</c>, for APIs that require it.</summary>
    public string? Beta { get; init; }

    /// <summary>Whether the request can be sent again if the service may have received it: it changes nothing there, or nothing further.</summary>
    public bool IsRepeatable { get; init; } = true;

    /// <summary>The query parameter that selects the next page of a list; it replaces parameters of the same name. Null for none.</summary>
    public KeyValuePair<string, string>? Cursor { get; init; }
}
