using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>The body of an answer without streaming.</summary>
internal static class WholeAnswer
{
    /// <summary>The message for JSON that is something else.</summary>
    public const string Neither = "The response is JSON, but neither the requested object nor an error. Check the base address.";

    /// <summary>Reads the body of a response as an answer; if a service streams anyway, its events are joined.</summary>
    /// <param name="message">The response.</param>
    /// <param name="call">The call.</param>
    /// <param name="maxEventBytes">The maximum size of one event in bytes.</param>
    /// <param name="request">The fields of the request; null if it has none.</param>
    /// <param name="mayFail">Whether a failed object is a valid answer.</param>
    /// <exception cref="ApiException">The body is an error, or not what the API promises, or it broke.</exception>
    public static async Task<T> ReadAsync<T>(HttpResponseMessage message, Call call, long? maxEventBytes, JsonModel? request, bool mayFail = false)
        where T : JsonModel, new()
    {
        using var body = await OpenBody.OpenAsync(message, call).ConfigureAwait(false);
        var plain = request is TranscriptionRequest { IsPlainText: true } asked ? asked : null;
        byte[] bytes;
        try
        {
            byte[] start = await body.PeekAsync().ConfigureAwait(false);
            bool mayBeEvents = plain is null || body.MediaType == "text/event-stream"; // "data: ..." may be part of the transcript
            if (mayBeEvents && SseFrame.IsStart(BodyKind.Start(start)) && await TryJoinAsync<T>(body, call, maxEventBytes, request).ConfigureAwait(false) is T joined)
            {
                return Checked(joined);
            }

            bytes = await body.ReadAllAsync(OpenBody.Nothing).ConfigureAwait(false);
        }
        catch (ApiException error)
        {
            error.RequestId ??= body.RequestId;
            throw;
        }

        return plain is null
            ? Read<T>(bytes, message, call, mayFail)
            : (T)(JsonModel)PlainTranscription.Read(bytes, plain, message, call.Secrets);
    }

    /// <summary>Reads bytes as an answer.</summary>
    /// <exception cref="ApiException">They are an error, or not what the API promises.</exception>
    public static T Read<T>(byte[] body, HttpResponseMessage message, Call call, bool mayFail = false) where T : JsonModel, new()
    {
        var secrets = call.Secrets;
        string? requestId = ResponseHeaders.RequestId(message, secrets);
        object? value;
        try
        {
            var json = BodyKind.WithoutMark(body);
            value = new JsonTokenReader { Check = call.ThrowIfStopped }.Read(json, JsonShape.Of<T>(), null, new EventBytes(body, body.Length - json.Length, json.Length));
        }
        catch (JsonException exception)
        {
            string mediaType = message.Content.Headers.ContentType?.MediaType?.ToLowerInvariant() ?? "";
            throw body.Length == 0 ? Malformed("The response is empty.", exception)
                : mediaType.StartsWith("application/json", StringComparison.Ordinal) ? Malformed("The response is not valid JSON.", exception)
                : BodyKind.Unexpected("JSON", mediaType, body, requestId, secrets);
        }

        if (!mayFail && ErrorIn(value, () => Encoding.UTF8.GetString(body)) is ApiError found)
        {
            throw ToException(found, value, requestId, secrets);
        }

        if (typeof(T) == typeof(ModelList) && value is object?[])
        {
            value = JsonModel.FromJson<ModelList>($$"""{"data":{{JsonModelWriter.ToText(value)}}}"""); // some services list them without an object around them
        }

        return value is T answer && (IsAnswer(answer) || answer is ImageResult or ModelList) ? Checked(answer) : throw Malformed(Neither, null);

        ResponseFormatException Malformed(string what, Exception? reason) =>
            new(what, reason) { Body = secrets.Hide(Encoding.UTF8.GetString(body)), RequestId = requestId };
    }

    /// <summary>The exception for an error instead of an answer, or in it.</summary>
    public static ApiException ToException(ApiError found, object? value, string? requestId, Secrets secrets)
    {
        var error = found.Without(secrets).ToAnswerException();
        error.RequestId = requestId ?? error.RequestId;
        error.PartialText = (value as ModelOutput)?.Text is { Length: > 0 } text ? secrets.HideKnown(text) : null;
        return error;
    }

    /// <summary>Whether an object has what makes it an answer. A polled response may have no output yet.</summary>
    private static bool IsAnswer(JsonModel value) => value switch
    {
        ChoiceChunk or ChatCompletion => value.Find("choices") is not null,
        Response => value.Find("object") is "response" || value.Find("output") is not null
            || value.Find("status") is "queued" or "in_progress" or "completed" or "incomplete" or "cancelled" or "failed",
        InputTokenCount => value.Find("input_tokens") is not null,
        Transcription => value.Find("text") is not null || value.Find("segments") is not null,
        ImageResult or ModelList => value.Find("data") is not null,
        _ => true,
    };

    /// <summary>The error in a value; null if there is none.</summary>
    /// <param name="value">The value.</param>
    /// <param name="body">Its text, which only an error needs, because an answer can be large.</param>
    public static ApiError? ErrorIn(object? value, Func<string> body)
    {
        var model = value as JsonModel ?? (value as object?[])?.OfType<JsonModel>().FirstOrDefault(ApiError.IsIn);
        if (model is null)
        {
            return null;
        }

        // Any other object with a message or a code is what was requested.
        bool isFlat = model is ModelOutput or ModelList && !IsAnswer(model) && ApiError.IsFlat(model);
        var failed = (model.Find("choices") as object?[])?.OfType<Choice>().FirstOrDefault(ApiError.IsIn);
        return ApiError.IsIn(model) || isFlat ? ApiError.From(model, body())
            : failed is not null ? ApiError.In(failed, body())
            : null;
    }

    /// <summary>An answer that contains the requested content.</summary>
    /// <exception cref="ResponseFormatException">It contains none.</exception>
    private static T Checked<T>(T answer) where T : JsonModel =>
        answer is ImageResult images && images.Data.All(static image => image.IsEmpty) ? throw MediaDecoder.Missing("image") : answer;

    private static async Task<JsonModel?> TryJoinAsync<T>(OpenBody body, Call call, long? maxEventBytes, JsonModel? request) =>
        typeof(T) == typeof(ChatCompletion) ? await JoinAsync<ChatCompletionChunk>(body, call, maxEventBytes, request).ConfigureAwait(false)
        : typeof(T) == typeof(Completion) ? await JoinAsync<Completion>(body, call, maxEventBytes, request).ConfigureAwait(false)
        : typeof(T) == typeof(Response) ? await JoinAsync<ResponseEvent>(body, call, maxEventBytes, request).ConfigureAwait(false)
        : typeof(T) == typeof(Transcription) ? await JoinAsync<TranscriptionEvent>(body, call, maxEventBytes, request).ConfigureAwait(false)
        : typeof(T) == typeof(ImageResult) ? await JoinAsync<ImageEvent>(body, call, maxEventBytes, request).ConfigureAwait(false)
        : typeof(T) == typeof(ThreadRun) ? await JoinAsync<AssistantEvent>(body, call, maxEventBytes, request).ConfigureAwait(false)
        : null;

    /// <summary>Joins the events in a body.</summary>
    public static async Task<ModelOutput> JoinAsync<TChunk>(OpenBody body, Call call, long? maxEventBytes, JsonModel? request) where TChunk : StreamChunk
    {
        var decoder = Decoders.For<TChunk>();
        if (request is not null)
        {
            decoder.Expect(request);
        }

        body.BeginWhole();
        using var stream = new SseStream<TChunk>(OpenResponse.Of(body, call, maxEventBytes), decoder);
        ChunkAccumulator? joined = null;
        while (await stream.MoveNextAsync().ConfigureAwait(false))
        {
            joined ??= ChunkAccumulator.For(stream.Current);
            joined.Add(stream.Current);
        }

        return joined?.ToWhole() ?? throw new ResponseFormatException("The response contains events, but none of the requested kind.");
    }
}
