namespace OpenAIStream;

/// <summary>A request for <c>POST /batches</c>. A property that is null is not sent.</summary>
public sealed class BatchRequest : JsonModel
{
    /// <summary>The only completion window that services support.</summary>
    internal const string Window = "24h";

    /// <summary>The id of the file with the requests; the client sets it for a batch that is created from a <see cref="BatchInput"/>.</summary>
    public string? InputFileId { get => GetString("input_file_id"); set => SetOrRemove("input_file_id", value); }

    /// <summary>
    /// The path of the requests, such as <c>/v1/chat/completions</c>; the client sets it for a batch that is created from a
    /// <see cref="BatchInput"/>.
    /// </summary>
    public string? Endpoint { get => GetString("endpoint"); set => SetOrRemove("endpoint", value); }

    /// <summary>The time within which the batch must be answered. Null sends <c>24h</c>, the only value that services support.</summary>
    public string? CompletionWindow { get => GetString("completion_window"); set => SetOrRemove("completion_window", value); }

    /// <summary>Metadata for the batch: at most 16 names and values.</summary>
    public JsonMap? Metadata { get => GetModel<JsonMap>("metadata"); set => SetOrRemove("metadata", value); }

    /// <summary>
    /// How long the service stores the files with answers and errors after it has created them: an hour to 30 days. Null
    /// uses the service's default.
    /// </summary>
    public TimeSpan? OutputExpiresAfter
    {
        get => (Find("output_expires_after") as JsonModel)?.Find("seconds") is long seconds ? TimeSpan.FromSeconds(seconds) : null;
        set => SetOrRemove("output_expires_after", value is TimeSpan time ? new JsonMap { ["anchor"] = "created_at", ["seconds"] = (long)time.TotalSeconds } : null);
    }

    /// <summary>The request that creates a batch again, from the same file.</summary>
    public static BatchRequest Again(Batch batch)
    {
        Guard.NotNull(batch, nameof(batch));
        return new BatchRequest { InputFileId = batch.InputFileId, Endpoint = batch.Endpoint, CompletionWindow = batch.CompletionWindow, Metadata = batch.Metadata };
    }
}
