using System.Globalization;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>
/// The error object that services send: nested (<c>{"error":{...}}</c>), flat (<c>{"type":"error","message":...}</c>),
/// as a bare text, or not JSON at all.
/// </summary>
internal sealed record ApiError(string? Message, string? Code, string? Type, string? Param, string Body)
{
    private const int LongestQuote = 500;

    /// <summary>Whether an object that came in a chunk's or an answer's place is an error.</summary>
    public static bool IsIn(JsonModel model) =>
        model.Find("error") is not (null or false or "") || model.Find("type") is "error" or "response.failed" or "response.incomplete";

    public static ApiError Parse(string body)
    {
        try
        {
            return From(JsonTokenReader.ParseValue(body), body);
        }
        catch (JsonException)
        {
            return new ApiError(Excerpt.OneLine(body, LongestQuote), null, null, null, body);
        }
    }

    public static ApiError From(object? value, string body)
    {
        if (value is not JsonModel model)
        {
            return new ApiError(value is null ? null : value as string ?? Excerpt.OneLine(body, LongestQuote), null, null, null, body);
        }

        if (model.Find("type") is "response.failed" or "response.incomplete")
        {
            return FromResponse(model, body);
        }

        object? nested = model.Find("error") ?? model.Find("errors") ?? model;
        return nested switch
        {
            JsonModel error => new ApiError(
                Text(error, "message") ?? Text(error, "detail") ?? Text(model, "message") ?? Excerpt.OneLine(body, LongestQuote),
                Text(error, "code"),
                Text(error, "type"),
                Text(error, "param"),
                body),
            string text => new ApiError(text, Text(model, "code"), Text(model, "type"), Text(model, "param"), body),
            _ => new ApiError(Excerpt.OneLine(body, LongestQuote), null, null, null, body),
        };
    }

    /// <summary>The same with what is secret hidden, in case that the service echoes it.</summary>
    public ApiError Without(Secrets secrets) =>
        new(secrets.Hide(Message), secrets.Hide(Code), secrets.Hide(Type), secrets.Hide(Param), secrets.Hide(Body)!);

    /// <summary>The exception for an error in a whole answer, whose status says that all is well.</summary>
    public ApiException ToAnswerException() => Fill(new ApiException($"The service reported an error: {Describe()}"));

    /// <summary>The exception for an error that came inside a stream.</summary>
    public ApiException ToStreamException() => Fill(new ApiException($"The service reported an error in the stream: {Describe()}"));

    /// <summary>The exception for an error status.</summary>
    public ApiStatusException ToStatusException(int status)
    {
        string message = $"The service answered {status}: {Describe()}";
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

    /// <summary>The terminal events of the Responses API say in the response itself what went wrong.</summary>
    private static ApiError FromResponse(JsonModel model, string body)
    {
        string type = (string)model.Find("type")!;
        var response = model.Find("response") as JsonModel;
        if (response?.Find("error") is JsonModel error)
        {
            return new ApiError(Text(error, "message"), Text(error, "code"), type, Text(error, "param"), body);
        }

        string? reason = (response?.Find("incomplete_details") as JsonModel)?.Find("reason") as string;
        return new ApiError(type == "response.incomplete" ? $"The response is incomplete: {reason ?? "no reason given"}" : null, reason, type, null, body);
    }

    private T Fill<T>(T error) where T : ApiException
    {
        error.Code = Code;
        error.Type = Type;
        error.Param = Param;
        error.Body = Body;
        return error;
    }

    private string Describe() => string.IsNullOrWhiteSpace(Message) ? Code ?? Type ?? "it gave no reason" : Message!;

    private static string? Text(JsonModel model, string field) => model.Find(field) switch
    {
        string text => text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };
}
