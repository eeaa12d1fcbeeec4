namespace OpenAIStream;

/// <summary>A request for <c>POST /batches</c>. A property that is null is not sent.</summary>
public sealed class BatchRequest : JsonModel
{
    /// <summary>The window that services have.</summary>
    internal const string Window = "24h";

    /// <summary>The file with the requests; the client sets it for a batch that is made of a <see cref="BatchInput"/>.</summary>
    public string? InputFileId { get => GetString("input_file_id"); set => SetOrRemove("input_file_id", value); }

    /// <summary>The path that the requests are for, such as <c>/v1/chat/completions</c>; the client sets it for a batch that is made of a <see cref="BatchInput"/>.</summary>
    public string? Endpoint { get => GetString("endpoint"); set => SetOrRemove("endpoint", value); }

    /// <summary>The time within which the batch is to be answered. Null sends <c>24h</c>, which is all that services have.</summary>
    public string? CompletionWindow { get => GetString("completion_window"); set => SetOrRemove("completion_window", value); }

    /// <summary>What to attach to it: at most 16 names and values.</summary>
    public JsonMap? Metadata { get => GetModel<JsonMap>("metadata"); set => SetOrRemove("metadata", value); }

    /// <summary>How long the service keeps the files with answers and errors, from their making on: an hour to 30 days. Null is its own rule.</summary>
    public TimeSpan? OutputExpiresAfter
    {
        get => (Find("output_expires_after") as JsonModel)?.Find("seconds") is long seconds ? TimeSpan.FromSeconds(seconds) : null;
        set => SetOrRemove("output_expires_after", value is TimeSpan time ? new JsonMap { ["anchor"] = "created_at", ["seconds"] = (long)time.TotalSeconds } : null);
    }

    /// <summary>The request that makes a batch again, of the same file.</summary>
    public static BatchRequest Again(Batch batch)
    {
        Guard.NotNull(batch, nameof(batch));
        return new BatchRequest { InputFileId = batch.InputFileId, Endpoint = batch.Endpoint, CompletionWindow = batch.CompletionWindow, Metadata = batch.Metadata };
    }
}
