using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>
/// An error of a service in any of its forms (docs/services.md): nested (<c>{"error":{...}}</c>), flat
/// (<c>{"type":"error","message":...}</c>), in a list, in a choice, as events, as plain text, or as a web page.
/// </summary>
internal sealed record ApiError(string? Message, string? Code, string? Type, string? Param, string Body)
{
    private const int LongestQuote = 500;

    private static readonly string[] Places = ["error", "errors", "base_resp", "detail"];
    private static readonly HashSet<string> Telling = [.. Places, .. ErrorText.Fields, "response", "status"];

    /// <summary>The id of the request, if the error contains it.</summary>
    public string? RequestId { get; init; }

    /// <summary>Whether an object instead of a chunk or an answer is an error, whatever was requested.</summary>
    public static bool IsIn(JsonModel model) =>
        (IsError(model.Find("error"), model) && model.Find("type") is not "response.steer.failed") // its response continues
        || model.Find("object") is "error"
        || IsErrorType(model.Find("type"))
        || IsFailedResponse(model)
        || (model.Find("base_resp") as JsonModel)?.Find("status_code") is long and not 0;

    /// <summary>Whether objects with these names can be errors, even if their <c>object</c> and <c>type</c> are harmless.</summary>
    public static bool CanTell(JsonFields names) => names.ToArray().Any(static name => Telling.Contains(name.Name));

    /// <summary>Whether an object that is not what was requested is an error: it says what is wrong, and nothing else.</summary>
    public static bool IsFlat(JsonModel model) => ErrorText.Fields.Any(field => IsTold(model.Find(field)));

    /// <summary>The error in a choice.</summary>
    public static ApiError In(Choice choice, string body) => choice.Find("error") is var error && IsTold(error)
        ? From(error, body)
        : new ApiError("The model stopped with the finish_reason error.", null, null, null, body);

    /// <summary>Whether a choice is an error.</summary>
    public static bool IsIn(Choice choice) =>
        IsTold(choice.Find("error")) || "error".Equals(choice.Find("finish_reason") as string, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether an event with this name is an error.</summary>
    public static bool IsErrorName(ReadOnlySpan<byte> name) => name.Length >= 5 && name.Slice(name.Length - 5).SequenceEqual("error"u8) && (name.Length == 5 || name[name.Length - 6] == (byte)'.');

    /// <summary>Reads the error from a body: JSON, events, markup or text.</summary>
    public static ApiError Parse(string body)
    {
        string start = Start(body);
        return SseFrame.IsStart(Encoding.UTF8.GetBytes(start.Substring(0, Math.Min(start.Length, 10)))) ? FromEvents(start, body) : FromText(body);
    }

    private static string Start(string body) => body.TrimStart('\uFEFF', ' ', '\t', '\r', '\n');

    private static ApiError FromText(string body)
    {
        string start = Start(body);
        if (Markup.IsMarkup(start))
        {
            return new ApiError(Excerpt.OneLine(Markup.Read(start), LongestQuote), Markup.Element(start, "code"), null, null, body);
        }

        try
        {
            return From(JsonTokenReader.ParseFirst(start), body);
        }
        catch (JsonException)
        {
            return new ApiError(Excerpt.OneLine(body, LongestQuote), null, null, null, body);
        }
    }

    /// <summary>Reads the error from a JSON value.</summary>
    public static ApiError From(object? value, string body)
    {
        switch (value)
        {
            case JsonModel model:
                return FromModel(model, body);
            case object?[] items when items.OfType<JsonModel>().FirstOrDefault() is JsonModel first:
                return From(first, body);
            default:
                return new ApiError(value is null ? null : ErrorText.Clean(value as string ?? Excerpt.OneLine(body, LongestQuote)), null, null, null, body);
        }
    }

    /// <summary>The same error without secrets, in case the service echoes them.</summary>
    public ApiError Without(Secrets secrets) =>
        new(secrets.Hide(Message), secrets.Hide(Code), secrets.Hide(Type), secrets.Hide(Param), secrets.Hide(Body)!) { RequestId = secrets.Hide(RequestId) };

    /// <summary>The exception for an error in a whole answer with a success status.</summary>
    public ApiException ToAnswerException() => Fill(new ApiException($"The service reported an error: {Describe()}"));

    /// <summary>The exception for an error in a stream.</summary>
    public ApiException ToStreamException() => Fill(new ApiException($"The service reported an error in the stream: {Describe()}"));

    /// <summary>The exception for an error status.</summary>
    public ApiStatusException ToStatusException(int status)
    {
        string message = $"The service returned {status}: {Describe()}";
        ApiStatusException error = status switch
        {
            400 => new BadRequestException(message),
            401 => new ApiAuthenticationException(message),
            403 => new PermissionDeniedException(message),
            404 => new NotFoundException(message),
            409 => new ConflictException(message),
            422 => new UnprocessableEntityException(message),
            429 => new RateLimitException(message),
            >= 500 => new InternalServerException(message),
            _ => new ApiStatusException(message),
        };
        error.StatusCode = status;
        return Fill(error);
    }

    /// <summary>The first event that is an error, otherwise the first event. Its data is not read as events again, because that might never end.</summary>
    private static ApiError FromEvents(string events, string body)
    {
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(events + "\n\n")); // the last one may be incomplete
        var all = new SseDecoder().Decode(bytes).Where(static one => one.Data.Length > 0).ToList();
        var error = all.Find(static one => IsErrorType(one.Event))
            ?? all.Find(static one => one.Data.Contains("\"error\""))
            ?? all.FirstOrDefault();
        return error is null ? new ApiError(null, null, null, null, body) : FromText(error.Data) with { Body = body };
    }

    private static ApiError FromModel(JsonModel model, string body)
    {
        if (IsFailedResponse(model))
        {
            var reason = (model.Find("response") as JsonModel ?? model).Find("error") as JsonModel ?? new JsonMap();
            return new ApiError(
                ErrorText.Message(reason) ?? "The response failed.", ErrorText.Code(reason), model.Find("type") as string, ErrorText.Text(reason, "param"), body);
        }

        object? nested = Places.Select(model.Find).FirstOrDefault(IsTold);
        if (nested is JsonModel inner && IsTold(inner.Find("error")))
        {
            return FromModel(inner, body);
        }

        var error = nested as JsonModel ?? (nested as object?[])?.OfType<JsonModel>().FirstOrDefault() ?? model;
        string? code = ErrorText.Code(error) ?? ErrorText.Code(model);
        string? type = ErrorText.Text(error, "type") ?? error.Find("status") as string;
        return new ApiError(
            ErrorText.Words(nested) ?? ErrorText.Message(error) ?? ErrorText.Message(model) ?? (code ?? type) ?? Excerpt.OneLine(body, LongestQuote),
            code,
            type,
            ErrorText.Text(error, "param"),
            body)
        {
            RequestId = ErrorText.Text(error, "request_id") ?? ErrorText.Text(model, "request_id"),
        };
    }

    /// <summary>A failed response says so in its last event, or if it is the whole answer.</summary>
    private static bool IsFailedResponse(JsonModel model)
    {
        if (model.Find("object") is "response")
        {
            return model.Find("status") is "failed";
        }

        return ResponseEnd.Status(model.Find("type") as string) switch
        {
            null => false,
            "failed" => true,
            _ => model.Find("response") is JsonModel response && (response.Find("status") is "failed" || IsTold(response.Find("error"))),
        };
    }

    /// <summary>Whether the field error is an error: an empty object alongside choices is not.</summary>
    private static bool IsError(object? error, JsonModel model) =>
        error is not null and not false and not "" && (IsTold(error) || model.Find("choices") is not object?[]);

    private static bool IsErrorType(object? type) =>
        type is string text && text.EndsWith("error", StringComparison.Ordinal) && (text.Length == 5 || text[text.Length - 6] == '.');

    private static bool IsTold(object? value) => value switch
    {
        null or false or 0L or "" => false,
        JsonModel model => model.ToValues().Any(IsTold),
        Array items => items.Length > 0,
        _ => true,
    };

    private T Fill<T>(T error) where T : ApiException
    {
        error.Code = Code;
        error.Type = Type;
        error.Param = Param;
        error.Body = Body;
        error.RequestId = RequestId;
        return error;
    }

    private string Describe() => string.IsNullOrWhiteSpace(Message) ? Code ?? Type ?? "it did not give a reason" : Message!;
}
