namespace OpenAIStream;

/// <summary>
/// What has become of input that was sent for a response while it was being written: accepted (queued, not applied yet),
/// pending (queued until the results of tools are sent) or failed. It is applied when the successor's response.created comes.
/// </summary>
public sealed class ResponseSteerEvent : ResponseEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseSteerEvent>(static () => new());

    /// <summary>The input: its <c>id</c>, the response that it was for (<c>previous_response_id</c>), and the <c>input</c> itself where it failed.</summary>
    public JsonMap? Steer => GetModel<JsonMap>("steer");

    /// <summary>Pending: why.</summary>
    public string? Reason => GetString("reason");

    /// <summary>Pending: the results of tools that are missing. They go in one request that goes on from the response; the input is not repeated there.</summary>
    public IReadOnlyList<JsonMap> RequiredInput => GetList<JsonMap>("required_input");

    /// <summary>Failed: why, with <c>code</c> and <c>message</c>.</summary>
    public JsonMap? Error => GetModel<JsonMap>("error");

    /// <summary>The lane of the socket that it came on.</summary>
    public string? StreamId => GetString("stream_id");
}
