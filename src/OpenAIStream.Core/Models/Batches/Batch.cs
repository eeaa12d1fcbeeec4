namespace OpenAIStream;

/// <summary>A batch: requests in a file that the service answers within a day, at a lower price.</summary>
public sealed class Batch : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<Batch>(
        static () => new(), ("request_counts", BatchCounts.Shape), ("usage", ResponseUsage.Shape));

    /// <summary>The id, with which any process can get it.</summary>
    public string? Id => GetString("id");

    /// <summary>The status: validating, in_progress, finalizing, completed, failed, expired, cancelling or cancelled.</summary>
    public string? Status => GetString("status");

    /// <summary>The path of its requests, such as <c>/v1/chat/completions</c>.</summary>
    public string? Endpoint => GetString("endpoint");

    /// <summary>The model that answers it, if the service reports it.</summary>
    public string? Model => GetString("model");

    /// <summary>The numbers of requests: all, answered and failed.</summary>
    public BatchCounts? RequestCounts => GetModel<BatchCounts>("request_counts");

    /// <summary>The id of the file with the requests.</summary>
    public string? InputFileId => GetString("input_file_id");

    /// <summary>The id of the file with the answers; null until it exists, and if every request failed.</summary>
    public string? OutputFileId => GetText("output_file_id");

    /// <summary>The id of the file with the errors of requests; null if there is none.</summary>
    public string? ErrorFileId => GetText("error_file_id");

    /// <summary>Why the service refused the whole batch; empty if it did not.</summary>
    public IReadOnlyList<JsonMap> Errors => GetModel<JsonMap>("errors") is { } errors ? [.. (errors.Find("data") as Array ?? Array.Empty<object>()).OfType<JsonMap>()] : [];

    /// <summary>The tokens of its answers, if the service reports them.</summary>
    public ResponseUsage? Usage => GetModel<ResponseUsage>("usage");

    /// <summary>The time within which the service answers it: <c>24h</c>.</summary>
    public string? CompletionWindow => GetString("completion_window");

    /// <summary>When it was created.</summary>
    public DateTimeOffset? CreatedAt => GetUnixTime("created_at");

    /// <summary>When the service started to answer it.</summary>
    public DateTimeOffset? InProgressAt => GetUnixTime("in_progress_at");

    /// <summary>When it expires if it is not complete by then.</summary>
    public DateTimeOffset? ExpiresAt => GetUnixTime("expires_at");

    /// <summary>When it was completed.</summary>
    public DateTimeOffset? CompletedAt => GetUnixTime("completed_at");

    /// <summary>When the service refused it.</summary>
    public DateTimeOffset? FailedAt => GetUnixTime("failed_at");

    /// <summary>When it expired.</summary>
    public DateTimeOffset? ExpiredAt => GetUnixTime("expired_at");

    /// <summary>When it was canceled.</summary>
    public DateTimeOffset? CancelledAt => GetUnixTime("cancelled_at");

    /// <summary>The metadata of the batch.</summary>
    public JsonMap? Metadata => GetModel<JsonMap>("metadata");

    /// <summary>The kind of object: <c>batch</c>.</summary>
    public string? Object => GetString("object");

    /// <summary>Whether it has ended: completed, failed, expired or canceled. All except a failed batch may have answers.</summary>
    [FieldName(null)]
    public bool IsEnded => Status is "completed" or "failed" or "expired" or "cancelled";

    /// <summary>
    /// Whether the service refused it because too many tokens of other batches were queued for the model. The same batch
    /// may succeed when they have ended.
    /// </summary>
    [FieldName(null)]
    public bool IsOverTokenLimit => Status == "failed" && Errors.Any(static error => error.Find("code") is "token_limit_exceeded");

    /// <summary>The id.</summary>
    public override string ToString() => Id ?? base.ToString();
}

/// <summary>The numbers of requests in a batch.</summary>
public sealed class BatchCounts : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<BatchCounts>(static () => new());

    /// <summary>All requests; 0 until the service has counted them.</summary>
    public int? Total => GetInt32("total");

    /// <summary>The answered requests.</summary>
    public int? Completed => GetInt32("completed");

    /// <summary>The failed requests.</summary>
    public int? Failed => GetInt32("failed");

    /// <summary>The counts as text.</summary>
    public override string ToString() => FormattableString.Invariant($"{Completed} of {Total} done, {Failed} failed");
}
