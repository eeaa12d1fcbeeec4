namespace OpenAIStream;

/// <summary>What came of one request of a batch.</summary>
public sealed class BatchResult
{
    /// <summary>A result; a test may need one.</summary>
    /// <param name="customId">What tells the request from the others of its batch.</param>
    /// <param name="body">The answer; null where there is none.</param>
    /// <param name="error">Why it failed; null where it was answered.</param>
    public BatchResult(string customId, JsonMap? body, ApiException? error = null)
    {
        Guard.NotNull(customId, nameof(customId));
        CustomId = customId;
        Body = body;
        Error = error;
    }

    /// <summary>What tells the request from the others of its batch.</summary>
    public string CustomId { get; }

    /// <summary>Which of the batch's requests it is, from 0; null where the file with the requests is gone.</summary>
    public int? Line { get; init; }

    /// <summary>The request; null where the file with the requests is gone.</summary>
    public JsonMap? Request { get; init; }

    /// <summary>What was said about it when it was added to the batch; null for nothing.</summary>
    public object? About { get; init; }

    /// <summary>The HTTP status of the answer or the error; null where the request was never made.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The request's id at the service.</summary>
    public string? RequestId { get; init; }

    /// <summary>The answer; null where there is none.</summary>
    public JsonMap? Body { get; }

    /// <summary>Why the request failed; null where it was answered.</summary>
    public ApiException? Error { get; }

    /// <summary>The answer as a model, such as a <see cref="ChatCompletion"/>.</summary>
    /// <exception cref="ApiException">The request failed: <see cref="Error"/>.</exception>
    public T Read<T>() where T : JsonModel, new() => Error is null ? (T)JsonTyping.Create(new T(), Body!) : throw Error;
}
