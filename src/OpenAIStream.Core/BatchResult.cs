namespace OpenAIStream;

/// <summary>The result of one request in a batch.</summary>
public sealed class BatchResult
{
    /// <summary>Creates a result, for tests.</summary>
    /// <param name="customId">The id of the request, unique in its batch.</param>
    /// <param name="body">The answer; null if there is none.</param>
    /// <param name="error">Why it failed; null if it was answered.</param>
    public BatchResult(string customId, JsonMap? body, ApiException? error = null)
    {
        Guard.NotNull(customId, nameof(customId));
        CustomId = customId;
        Body = body;
        Error = error;
    }

    /// <summary>The id of the request, unique in its batch.</summary>
    public string CustomId { get; }

    /// <summary>The index of the request in the batch, starting at 0; null if the file with the requests no longer exists.</summary>
    public int? Line { get; init; }

    /// <summary>The request; null if the file with the requests no longer exists.</summary>
    public JsonMap? Request { get; init; }

    /// <summary>The data that was added with the request; null for none.</summary>
    public object? About { get; init; }

    /// <summary>The HTTP status of the answer or the error; null if the request was never sent.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The request's id at the service.</summary>
    public string? RequestId { get; init; }

    /// <summary>The answer; null if there is none.</summary>
    public JsonMap? Body { get; }

    /// <summary>Why the request failed; null if it was answered.</summary>
    public ApiException? Error { get; }

    /// <summary>The answer as a model, such as a <see cref="ChatCompletion"/>.</summary>
    /// <exception cref="ApiException">The request failed: <see cref="Error"/>.</exception>
    public T Read<T>() where T : JsonModel, new() => Error is null ? (T)JsonTyping.Create(new T(), Body!) : throw Error;
}
