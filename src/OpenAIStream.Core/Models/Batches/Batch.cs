namespace OpenAIStream;

/// <summary>A batch: requests in a file that the service answers within a day, at a lower price.</summary>
public sealed class Batch : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<Batch>(
        static () => new(), ("request_counts", BatchCounts.Shape), ("usage", ResponseUsage.Shape));

    /// <summary>Its id, by which any process finds it again.</summary>
    public string? Id => GetString("id");

    /// <summary>How far it is: validating, in_progress, finalizing, completed, failed, expired, cancelling, cancelled.</summary>
    public string? Status => GetString("status");

    /// <summary>The path that its requests are for, such as <c>/v1/chat/completions</c>.</summary>
    public string? Endpoint => GetString("endpoint");

    /// <summary>The model that answers it, where the service says so.</summary>
    public string? Model => GetString("model");

    /// <summary>How many requests it has, and how many have been answered.</summary>
    public BatchCounts? RequestCounts => GetModel<BatchCounts>("request_counts");

    /// <summary>The file with its requests.</summary>
    public string? InputFileId => GetString("input_file_id");

    /// <summary>The file with the answers; null as long as there is none, and where every request failed.</summary>
    public string? OutputFileId => GetText("output_file_id");

    /// <summary>The file with the errors of requests; null where there is none.</summary>
    public string? ErrorFileId => GetText("error_file_id");

    /// <summary>Why the service refused the batch as a whole; empty where it did not.</summary>
    public IReadOnlyList<JsonMap> Errors => GetModel<JsonMap>("errors") is { } errors ? [.. (errors.Find("data") as Array ?? Array.Empty<object>()).OfType<JsonMap>()] : [];

    /// <summary>The tokens that its answers used, where the service says so.</summary>
    public ResponseUsage? Usage => GetModel<ResponseUsage>("usage");

    /// <summary>The time within which it is to be answered: <c>24h</c>.</summary>
    public string? CompletionWindow => GetString("completion_window");

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt => GetUnixTime("created_at");

    /// <summary>When the service began to answer it.</summary>
    public DateTimeOffset? InProgressAt => GetUnixTime("in_progress_at");

    /// <summary>When it expires if it has not been answered by then.</summary>
    public DateTimeOffset? ExpiresAt => GetUnixTime("expires_at");

    /// <summary>When it was completed.</summary>
    public DateTimeOffset? CompletedAt => GetUnixTime("completed_at");

    /// <summary>When the service refused it.</summary>
    public DateTimeOffset? FailedAt => GetUnixTime("failed_at");

    /// <summary>When it expired.</summary>
    public DateTimeOffset? ExpiredAt => GetUnixTime("expired_at");

    /// <summary>When it was canceled.</summary>
    public DateTimeOffset? CancelledAt => GetUnixTime("cancelled_at");

    /// <summary>What its maker attached to it.</summary>
    public JsonMap? Metadata => GetModel<JsonMap>("metadata");

    /// <summary>What kind of object this is: <c>batch</c>.</summary>
    public string? Object => GetString("object");

    /// <summary>Whether the service is done with it: it is completed, failed, expired or canceled. All but a failed one may have answers.</summary>
    [FieldName(null)]
    public bool IsEnded => Status is "completed" or "failed" or "expired" or "cancelled";

    /// <summary>Whether the service refused it because too many tokens of other batches wait for the model. The same batch may pass when they have ended.</summary>
    [FieldName(null)]
    public bool IsOverTokenLimit => Status == "failed" && Errors.Any(static error => error.Find("code") is "token_limit_exceeded");

    /// <summary>The id.</summary>
    public override string ToString() => Id ?? base.ToString();
}

/// <summary>How many requests a batch has.</summary>
public sealed class BatchCounts : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<BatchCounts>(static () => new());

    /// <summary>All of them; 0 as long as the service has not counted them.</summary>
    public int? Total => GetInt32("total");

    /// <summary>Those that were answered.</summary>
    public int? Completed => GetInt32("completed");

    /// <summary>Those that failed.</summary>
    public int? Failed => GetInt32("failed");

    /// <summary>The counts in words.</summary>
    public override string ToString() => FormattableString.Invariant($"{Completed} of {Total} done, {Failed} failed");
}
