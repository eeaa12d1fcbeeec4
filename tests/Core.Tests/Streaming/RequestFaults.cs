using OpenAIStream.Loopback;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>The fault matrix: statuses, redirects, silence.</summary>
internal static class RequestFaults
{
    private const string ErrorObject = """{"error":{"message":"m","code":"c","type":"t","param":"p"}}""";
    private static readonly TimeSpan Operation = TimeSpan.FromSeconds(600);

    public static IEnumerable<Fault> All => [.. Statuses, .. Silences];

    private static Fault[] Statuses =>
    [
        Status(400).Raises<BadRequestException>(),
        Status(401).Raises<ApiAuthenticationException>(),
        Status(403).Raises<PermissionDeniedException>(),
        Status(404).Raises<NotFoundException>(),
        Status(422).Raises<UnprocessableEntityException>(),
        Status(418).Raises<ApiStatusException>(),
        Status(408).Raises<ApiStatusException>() with { Attempts = 3 },
        Status(409).Raises<ConflictException>() with { Attempts = 3 },
        Status(429).Raises<RateLimitException>() with { Attempts = 3 },
        Status(500).Raises<InternalServerException>() with { Attempts = 3 },
        Status(503).Raises<InternalServerException>() with { Attempts = 3 },
        Status(503, "x-should-retry", "false").Raises<InternalServerException>(),
        Status(400, "x-should-retry", "true").Raises<BadRequestException>() with { Attempts = 3 },
        Status(429, "Retry-After", "120").Raises<RateLimitException>() with { Attempts = 3 },
        Status(429, "Retry-After", "121").Raises<RateLimitException>(),
        Plain("answers 502 with a web page", Web(502)).Raises<InternalServerException>() with { Attempts = 3 },
        Plain("answers 400 with an event stream", Text(400, "event: error\ndata: {\"error\":{\"message\":\"m\",\"code\":\"c\"}}\n\n")).Raises<BadRequestException>() with { Details = "c//" },
        Plain("answers 400 with an error object in a list", Text(400, "[{\"error\":{\"message\":\"m\",\"code\":\"c\"}}]")).Raises<BadRequestException>() with { Details = "c//" },
        Plain("answers 429 because the quota is used up", Text(429, "{\"error\":{\"message\":\"m\",\"code\":\"insufficient_quota\"}}")).Raises<RateLimitException>() with { Details = "insufficient_quota//" },
        Plain("answers 401 with text", Text(401, "who are you?")).Raises<ApiAuthenticationException>(),
        Plain("answers 400 with nothing", new Reply().Status(400).ContentLength(0)).Raises<BadRequestException>(),
        Plain("answers 400 and cuts its body", new Reply().Status(400).Send("{\"error\":").Cut()).Raises<BadRequestException>().After(Fault.Closed, Fault.Kept),
        Plain("answers 400 with a body compressed in an unknown way", new Reply().Status(400).Header("Content-Encoding", "zstd").Send("xx").Stall())
            .Raises<BadRequestException>().After(Fault.Closed, Fault.Kept),
        Plain("answers 307 without a Location", new Reply().Status(307).ContentLength(0)).Raises<ApiStatusException>(),
        Plain("redirects to itself forever", new Reply().Status(307).Header("Location", "/completions").ContentLength(0)).Raises<ApiConnectionException>() with { Attempts = 11 },
    ];

    private static Fault[] Silences =>
    [
        (new Fault("Silence", "accepts the request and sends nothing", new Reply().Stall()) with { Silence = Operation, Attempts = 3 })
            .Raises<ApiTimeoutException>().After(Fault.Closed, Fault.Kept),
        (new Fault("Silence", "sends headers and falls silent", Reply.Sse().Flush().Stall()) with { Silence = Operation })
            .Raises<ApiTimeoutException>().After(Fault.Closed, Fault.Kept),
        (new Fault("Silence", "sends a chunk and falls silent", Reply.Sse(Hello).Stall()) with { Chunks = 1, Silence = Operation })
            .Raises<ApiTimeoutException>().After(Fault.Closed, Fault.Kept),
        (new Fault("Silence", "sends half an event and falls silent", Reply.Sse(Hello).Send("data: {").Stall()) with { Chunks = 1, Silence = Operation })
            .Raises<ApiTimeoutException>().After(Fault.Closed, Fault.Kept),
        (new Fault("Silence", "sends half a JSON body and falls silent", new Reply().Header("Content-Type", "application/json").Send("{\"choices\":").Stall()) with { Silence = Operation })
            .Raises<ApiTimeoutException>().After(Fault.Closed, Fault.Kept),
        (new Fault("Silence", "takes longer than the total timeout", Reply.Sse(Hello).Stall()) with
        {
            Chunks = 1,
            Silence = TimeSpan.FromSeconds(60),
            Setting = "TotalTimeout 60 s",
            Set = options => options.TotalTimeout = TimeSpan.FromSeconds(60),
        }).Raises<ApiTimeoutException>().After(Fault.Closed, Fault.Kept),
    ];

    private static Fault Status(int status, string? header = null, string value = "")
    {
        var reply = Reply.Json(status, ErrorObject);
        return header is null
            ? Plain($"answers {status}", reply) with { Details = "c/t/p" }
            : Plain($"answers {status} with {header}: {value}", reply.Header(header, value)) with { Details = "c/t/p" };
    }

    private static Fault Plain(string does, Reply reply) => new("Statuses", does, reply);

    private static Reply Web(int status) => new Reply().Status(status).Header("Content-Type", "text/html").Send("<h1>Bad gateway</h1>");

    private static Reply Text(int status, string text) => new Reply().Status(status).Header("Content-Type", "text/plain").Send(text);
}
