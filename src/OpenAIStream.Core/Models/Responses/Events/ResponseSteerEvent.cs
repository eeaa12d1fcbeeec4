namespace OpenAIStream;

/// <summary>
/// The outcome of input that was sent for a response while it was being written: accepted (queued, not applied yet),
/// pending (queued until the results of tools are sent) or failed. It is applied when response.created of the successor
/// arrives.
/// </summary>
public sealed class ResponseSteerEvent : ResponseEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseSteerEvent>(static () => new());

    /// <summary>The input: its <c>id</c>, the response that it was for (<c>previous_response_id</c>), and the <c>input</c> itself if it failed.</summary>
    public JsonMap? Steer => GetModel<JsonMap>("steer");

    /// <summary>Pending: the reason.</summary>
    public string? Reason => GetString("reason");

    /// <summary>Pending: the missing tool results. Send them in one request that continues from the response; do not repeat the input there.</summary>
    public IReadOnlyList<JsonMap> RequiredInput => GetList<JsonMap>("required_input");

    /// <summary>Failed: the reason, with <c>code</c> and <c>message</c>.</summary>
    public JsonMap? Error => GetModel<JsonMap>("error");

    /// <summary>The lane of the socket on which it arrived.</summary>
    public string? StreamId => GetString("stream_id");
}
