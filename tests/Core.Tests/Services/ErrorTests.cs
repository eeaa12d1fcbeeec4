using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Services.Bodies;

namespace OpenAIStream.Tests.Services;

/// <summary>Errors in any form: the service's own message and code, never its markup.</summary>
public class ErrorTests
{
    /// <summary>An object, and the message and the code in its error.</summary>
    public static TheoryData<string, string, string?> Objects => new()
    {
        { """{"error":{"message":"m","code":"c","type":"t"}}""", "m", "c" },
        { """{"error":{"message":"m","code":429}}""", "m", "429" },
        { """{"error":{"message":"m","code":null,"type":"t"}}""", "m", null },
        { """{"error":"m","code":"invalid-argument"}""", "m", "invalid-argument" },
        { """{"error":true,"message":"m"}""", "m", null },
        { """{"error":{"error":{"message":"m"}}}""", "m", null },
        { """{"error":{"code":"c"}}""", "c", "c" },
        { """{"error":"invalid_client","error_description":"m"}""", "invalid_client", null },
        { """{"object":"error","message":"m","type":"BadRequestError","param":null,"code":400}""", "m", "400" },
        { """{"code":400,"reason":"INVALID_PARAMETER","message":"m","metadata":{}}""", "m", "400" },
        { """{"error_code":"BAD_REQUEST","message":"m"}""", "m", "BAD_REQUEST" },
        { """{"detail":"m"}""", "m", null },
        { """{"detail":[{"type":"missing","loc":["body","model"],"msg":"m"}]}""", "m (body.model)", null },
        { """{"detail":{"error":{"message":"m","code":"c"}}}""", "m", "c" },
        { """{"message":"m"}""", "m", null },
        { """{"Message":"m"}""", "m", null },
        { """{"statusCode":401,"message":"m"}""", "m", "401" },
        { """{"success":false,"errors":[{"code":10000,"message":"m"}],"messages":[]}""", "m", "10000" },
        { """{"base_resp":{"status_code":1008,"status_msg":"m"},"choices":null}""", "m", "1008" },
        { """{"type":"about:blank","title":"No","status":403,"detail":"m"}""", "m", null },
        { """{"code":"X","description":"{\"code\":50508,\"message\":\"m\",\"data\":null}"}""", "m", "X" },
        { """{"error":{"message":"{\n  \"error\": {\n    \"code\": 503,\n    \"message\": \"m\"\n  }\n}","code":503}}""", "m", "503" },
        { """{"error":{"message":"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>","code":502}}""", "502 Bad Gateway", "502" },
        { """{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\"error\":{\"message\":\"the cause\"}}","provider_name":"P"}}}""", "Provider returned error (P): the cause", "400" },
        { """{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":{"message":"the cause"}}}}""", "Provider returned error: the cause", "400" },
        { """{"error":{"message":"Provider returned error","code":502,"metadata":{"raw":"<html><body>the <b>cause</b></body></html>"}}}""", "Provider returned error: the cause", "502" },
        { """{"error":{"message":"Moderated","code":403,"metadata":{"reasons":["hate","other"]}}}""", "Moderated: hate; other", "403" },
        { """{"error":{"message":"m: the cause","metadata":{"raw":"the cause"}}}""", "m: the cause", null },
        { """[{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}]""", "m", "400" },
    };

    /// <summary>Bodies with an error status that are not JSON, or not only JSON.</summary>
    public static TheoryData<string, string, string, string?> Statuses => new()
    {
        { "application/json", """{"object":"error","message":"m","code":400}""" + "\nSee the help page.", "m", "400" },
        { "text/plain", """{"error":{"message":"m","code":"c"}}""", "m", "c" },
        { "text/event-stream", "event: error\ndata: {\"error\":{\"message\":\"m\",\"code\":\"c\"}}\n\n", "m", "c" },
        { "text/event-stream", "data: {\"error\":{\"message\":\"m\",\"code\":\"c\"}}", "m", "c" },
        { "text/event-stream", ": wait\n\ndata: {\"a\":1}\n\ndata: {\"error\":{\"message\":\"m\",\"code\":\"c\"}}\n\ndata: [DONE]\n\n", "m", "c" },
        { "text/event-stream", "event: error\ndata: m\n\n", "m", null },
        { "application/json", "data: {\"error\":{\"message\":\"m\"}}\n\n", "m", null },
        { "text/html", "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>", "502 Bad Gateway", null },
        { "text/html", "<!DOCTYPE html><html><body><script>var a = '<h1>';</script><style>b { }</style><p>Try &amp; wait</p></body></html>", "Try & wait", null },
        { "application/json", "<h1>Sign in</h1>", "Sign in", null },
        { "application/xml", "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>m</Message></Error>", "m", "AccessDenied" },
        { "text/plain", "upstream connect error", "upstream connect error", null },
        { "text/plain", "a < b and c > d", "a < b and c > d", null },
        { "application/json", "\"m\"", "m", null },
        { "application/json", "", "it did not give a reason", null },
    };

    /// <summary>Objects that look like errors but are not: chunks, and unknown lines.</summary>
    public static TheoryData<string> Harmless =>
    [
        Event("""{"choices":[{"index":0,"delta":{"content":"A"},"finish_reason":"stop","error":null}],"error":null}"""),
        Event("""{"choices":[{"index":0,"delta":{"content":"A"},"finish_reason":"stop"}],"error":{}}"""),
        Event("""{"choices":[{"index":0,"delta":{"content":"A"},"finish_reason":"stop"}],"error":{"code":null,"message":null}}"""),
        Event("""{"choices":[{"index":0,"delta":{"content":"A"},"finish_reason":"stop"}],"code":0,"message":"ok","detail":"x","base_resp":{"status_code":0,"status_msg":""}}"""),
        Event(Chunk("""{"content":"A"}""", "stop")) + "{\"status\":\"ok\"}\n\nerror: null\n\nerror: false\n\nerror:\n\nfoo: {\"error\":{\"message\":\"m\"}}\n\nmore\n\n",
        "event: ping\ndata: {\"a\":1}\n\nevent: x\ndata: error\n\n" + Event(Chunk("""{"content":"A"}""", "stop")),
    ];

    [Theory]
    [MemberData(nameof(Objects))]
    public async Task An_error_has_the_service_s_message(string json, string message, string? code)
    {
        string line = string.Join(" ", json.Split('\n'));
        string first = Event(Chunk("""{"content":"Hel"}"""));
        var told = new (string Where, ServiceOutcome Outcome, string Beginning)[]
        {
            ("a status", await Ask("chat", Reply.Json(400, json)), "The service returned 400: "),
            ("a whole answer", await Ask("chat-whole", Reply.Json(200, json)), "The service reported an error: "),
            ("an answer in the place of a stream", await Ask("chat", Reply.Json(200, json)), "The service reported an error in the stream: "),
            ("an event", await Ask("chat", Raw(first + Event(line) + Event("[DONE]"))), "The service reported an error in the stream: "),
            ("an event of that name", await Ask("chat", Raw(first + "event: error\n" + Event(line))), "The service reported an error in the stream: "),
            ("a field of its own", await Ask("chat", Raw(first + $"error: {line}\n\n")), "The service reported an error in the stream: "),
            ("a line", await Ask("chat", Raw(first + line + "\n")), "The service reported an error in the stream: "),
        };
        foreach (var (where, outcome, beginning) in told)
        {
            Assert.True(outcome.Error is not (null or StreamEndedEarlyException or ResponseFormatException), $"{where}: {outcome.Error}");
            Assert.Equal((where, beginning + message, code), (where, outcome.Error.Message, outcome.Error.Code));
            Assert.Equal((where, outcome.Outputs.Count == 0 ? null : "Hel"), (where, outcome.Error.PartialText));
        }
    }

    /// <summary>Errors after similar objects that are not errors.</summary>
    [Theory]
    [InlineData("chat", """{"choices":[],"base_resp":{"status_code":0,"status_msg":""}}""", """{"choices":[],"base_resp":{"status_code":1008,"status_msg":"m"}}""")]
    [InlineData("chat", """{"message":""}""", """{"message":"m"}""")]
    [InlineData("chat", """{"object":"chat.completion.chunk","message":""}""", """{"object":"error","message":"m"}""")]
    [InlineData("chat", """{"object":"chat.completion.chunk","choices":[]}""", """{"object":"error","choices":[]}""")]
    [InlineData("response", """{"type":"response.x","text":""}""", """{"type":"error","text":"m"}""")]
    [InlineData("response", """{"type":"response.completed","response":{"status":"completed"}}""", """{"type":"response.failed","response":{"status":"failed","error":{"message":"m"}}}""")]
    [InlineData("response", """{"type":"response.incomplete","response":{"error":null}}""", """{"type":"response.incomplete","response":{"error":{"message":"m"}}}""")]
    public async Task An_error_is_seen_after_similar_objects(string api, string harmless, string error)
    {
        string known = string.Concat(Enumerable.Repeat(Event(harmless), 3));
        Assert.False(IsTold(await AskOverHttp(api, Raw(known + Event("[DONE]")))));
        var outcome = await AskOverHttp(api, Raw(known + Event(error) + Event("[DONE]")));
        Assert.True(IsTold(outcome), $"{outcome.Error}");

        static bool IsTold(ServiceOutcome outcome) => outcome.Error is not (null or StreamEndedEarlyException or ResponseFormatException);
    }

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task The_body_of_an_error_status_is_reported_without_its_markup(string type, string body, string message, string? code)
    {
        foreach (string api in new[] { "chat", "chat-whole", "response", "image", "speech" })
        {
            var error = (await AskOverHttp(api, Raw(body, type, 400))).Fails<BadRequestException>("");
            Assert.Equal(($"The service returned 400: {message}", code), (error.Message, error.Code));
            Assert.Equal(body, error.Body);
        }
    }

    [Theory]
    [MemberData(nameof(Harmless))]
    public async Task An_object_that_only_looks_like_an_error_is_not_one(string body) => (await Ask("chat", Raw(body))).Says("A", "stop");

    [Theory]
    [InlineData("""{"choices":[{"index":0,"message":{"content":"Hel"},"finish_reason":"error","error":{"code":502,"message":"m"}}]}""", "m", "502")]
    [InlineData("""{"choices":[{"index":0,"message":{"content":"Hel"},"finish_reason":"error"}]}""", "finish_reason error", null)]
    [InlineData("""{"choices":[{"index":0,"message":{"content":"Hel"},"error":"m"}]}""", "m", null)]
    public async Task An_error_in_a_choice_of_a_whole_answer_keeps_the_text(string json, string message, string? code)
    {
        (await Ask("chat-whole", Reply.Json(200, json))).Fails<ApiException>(message, code, "Hel");
        (await Ask("chat", Reply.Json(200, json))).Fails<ApiException>(message, code, "Hel");
    }

    [Fact]
    public async Task The_text_of_a_chunk_with_an_error_is_not_lost()
    {
        var outcome = await Chat(Chunk("""{"content":"Hel"}"""), Chunk("""{"content":"lo"}""", "error"));
        outcome.Fails<ApiException>("finish_reason error", partialText: "Hello");
        Assert.Single(outcome.Outputs);
    }

    [Fact]
    public async Task The_request_s_id_is_taken_from_the_error_where_no_header_has_it()
    {
        Assert.Equal("r-1", (await Chat("""{"code":"c","message":"m","request_id":"r-1"}""")).Error!.RequestId);
        Assert.Equal("h", (await Ask("chat", Reply.Json(400, """{"code":"c","message":"m","request_id":"r-1"}""").Header("x-request-id", "h"))).Error!.RequestId);
    }

    [Theory]
    [InlineData("""{"error":{"message":"m","code":"insufficient_quota"}}""", 1)]
    [InlineData("""{"error":{"message":"m","type":"insufficient_quota","code":null}}""", 1)]
    [InlineData("""{"error":{"message":"m","type":"exceeded_current_quota_error"}}""", 1)]
    [InlineData("""{"error":{"message":"m","code":"insufficient_user_quota"}}""", 1)]
    [InlineData("""{"error":{"message":"m","code":"billing_hard_limit_reached"}}""", 1)]
    [InlineData("""[{"error":{"message":"m","code":"insufficient_quota"}}]""", 1)]
    [InlineData("""{"error":{"message":"m","code":"rate_limit_exceeded"}}""", 2)]
    public async Task With_no_retries_left_a_request_is_sent_once(string json, int requests)
    {
        var outcome = await ServiceRun.Of(new ServiceCase("", "chat", false, [Reply.Json(429, json).Header("Retry-After-Ms", "1")]), retries: 1);
        Assert.IsType<RateLimitException>(outcome.Error);
        Assert.Equal(requests, outcome.Requests.Count);
    }
}
