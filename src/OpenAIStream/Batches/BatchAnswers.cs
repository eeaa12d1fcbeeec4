using System.Text.Json;

namespace OpenAIStream;

/// <summary>The answers in batches, each as the cmdlet for its API would write it.</summary>
internal static class BatchAnswers
{
    /// <summary>The answers to one request: one, or several embeddings. A <see cref="JsonMap"/> if no cmdlet supports the API.</summary>
    /// <param name="endpoint">The path of the batch's requests.</param>
    /// <param name="result">The result of the request.</param>
    /// <param name="input">The cmdlet's input.</param>
    /// <param name="index">The index of the input.</param>
    /// <exception cref="ApiException">It is not an answer of that API.</exception>
    public static IReadOnlyList<JsonModel> Of(string endpoint, BatchResult result, object? input, int index)
    {
        try
        {
            return endpoint.TrimEnd('/') switch
            {
                var path when path.EndsWith("chat/completions", StringComparison.Ordinal) => [Marked<ChatCompletionRequest, ChatCompletion>(result, input, index)],
                var path when path.EndsWith("completions", StringComparison.Ordinal) => [Marked<CompletionRequest, Completion>(result, input, index)],
                var path when path.EndsWith("responses", StringComparison.Ordinal) => [Marked<ResponseRequest, Response>(result, input, index)],
                var path when path.EndsWith("images/generations", StringComparison.Ordinal) || path.EndsWith("images/edits", StringComparison.Ordinal) => [Marked<ImageRequest, ImageResult>(result, input, index)],
                var path when path.EndsWith("embeddings", StringComparison.Ordinal) => Marked(InvokeOpenAIEmbeddingCommand.Read(result.Read<EmbeddingResult>()), result, input, index),
                var path when path.EndsWith("moderations", StringComparison.Ordinal) => Marked(InvokeOpenAIModerationCommand.Read(result.Read<ModerationResult>()), result, input, index),
                _ => [result.Body!],
            };
        }
        catch (JsonException exception)
        {
            throw new ResponseFormatException($"The batch contains an answer that does not match {endpoint}: {exception.Message}", exception) { Body = result.Body?.ToJson(), RequestId = result.RequestId };
        }
    }

    private static TAnswer Marked<TRequest, TAnswer>(BatchResult result, object? input, int index)
        where TRequest : StreamingRequest, new()
        where TAnswer : ModelOutput, new()
    {
        var request = result.Request is JsonMap sent ? (TRequest)JsonModel.Create(typeof(TRequest), sent.ToJson()) : new TRequest();
        return Marked(StreamSource.Of(request, null, input, index), result.Read<TAnswer>());
    }

    private static JsonModel[] Marked(IReadOnlyList<ModelOutput> answers, BatchResult result, object? input, int index)
    {
        // Batches created elsewhere may contain several texts in one request.
        object?[]? texts = answers.Count > 1 && result.Request?["input"] is Array { Length: int count } several && count == answers.Count ? [.. several.Cast<object?>()] : null;
        return [.. answers.Select((answer, at) => Marked(new StreamSource([], null, texts is null ? input : texts[at], index), answer))];
    }

    private static T Marked<T>(StreamSource source, T answer) where T : ModelOutput
    {
        source.IsOneOfSeveral = true;
        return source.MarkWhole(answer);
    }
}
