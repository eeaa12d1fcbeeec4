namespace OpenAIStream;

/// <summary>One request, as it is sent at each attempt.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path behind the base address, such as <c>chat/completions</c>.</param>
/// <param name="Body">What is sent; null for none.</param>
/// <param name="Stream">Whether the answer is to be an event stream.</param>
/// <param name="Options">What the caller wants otherwise for this call.</param>
internal sealed record ApiRequest(HttpMethod Method, string Path, RequestBody? Body, bool Stream, RequestOptions? Options)
{
    // Images in it have many bytes and few tokens.
    private const int MostCountedBytes = 256 * 1024;

    /// <summary>The model asked, where the request names one: on Azure it may be part of the address.</summary>
    public string? Model { get; init; }

    /// <summary>The fields of the request, for telemetry; null where it has none.</summary>
    public JsonModel? Fields { get; init; }

    /// <summary>What the request goes on from; null where it begins something.</summary>
    public RequestContinuation? Continuation { get; init; }

    /// <summary>How many tokens it will be counted as, by a rule of thumb: four bytes each, and the most that may be generated. 1 where the body is no JSON.</summary>
    public int Tokens => Body is not { ContentType: RequestBody.JsonType, Length: long length } ? 1 : (int)((Math.Min(length, MostCountedBytes) / 4) + Math.Min(MostCountedBytes, Most()));

    private long Most() => Fields is null ? 0
        : (Fields.Find("max_completion_tokens") as long? ?? Fields.Find("max_output_tokens") as long? ?? Fields.Find("max_tokens") as long? ?? 0) * (Fields.Find("n") as long? ?? 1);

    /// <summary>What the answer may be when it is no event stream.</summary>
    public string Accept { get; init; } = "application/json";

    /// <summary>Whether a response that says it failed is an answer: it was asked how it is.</summary>
    public bool MayHaveFailed { get; init; }

    /// <summary>The header <c>OpenAI-Beta</c>, for APIs that want it.</summary>
    public string? Beta { get; init; }

    /// <summary>Whether it may be sent again when the service may have received it: it changes nothing there, or nothing more.</summary>
    public bool IsRepeatable { get; init; } = true;

    /// <summary>A query parameter that says where in a list to go on; it takes the place of those of its name. Null for none.</summary>
    public KeyValuePair<string, string>? Cursor { get; init; }
}
