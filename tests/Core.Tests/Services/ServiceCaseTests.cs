using Xunit;

namespace OpenAIStream.Tests.Services;

/// <summary>
/// Answers of popular services, collected from public reports, and the expected results (docs/services.md). The answers are
/// not part of the project; the expected result for each is here, under its name.
/// </summary>
public class ServiceCaseTests
{
    private static readonly Dictionary<string, Action<ServiceOutcome>> Expected = new(StringComparer.Ordinal)
    {
        // Absent is absent
        ["chat-empty-id-on-continuation"] = static o => CallIs(o, "call_a"),
        ["chat-empty-type-on-continuation"] = static o => CallIs(o, "call_a"),
        ["chat-empty-role-later"] = static o =>
        {
            o.Says("Good day", "stop");
            Assert.Equal("assistant", o.Chat.Choices[0].Message!.Role);
        },
        ["chat-empty-model-and-id-in-last-chunk"] = static o =>
        {
            o.Says("Yes", "stop");
            Assert.Equal(("demo", "cmp-1", 2023), (o.Chat.Model, o.Chat.Id, o.Chat.Created?.Year));
            o.Used(1, 1, 2);
        },
        ["chat-empty-finish-reason-never-finished"] = static o =>
        {
            o.IsCut("One two");
            Assert.Equal(2, o.Outputs.Count);
        },
        ["chat-empty-finish-reason-after-stop"] = static o =>
        {
            o.Says("One two", "stop");
            o.Used(1, 2, 3);
        },
        ["chat-empty-reasoning-content-beside-reasoning"] = static o =>
        {
            o.Says("Yes", "stop");
            Assert.Equal("abc", o.Chat.Choices[0].Message!.ReasoningContent);
        },
        ["chat-empty-array-as-delta"] = static o => o.Says("Fine", "stop"),
        ["guard-null-choices-and-deltas"] = static o => o.Says("A", "stop"),

        // Tool calls
        ["chat-two-calls-at-index-0"] = static o =>
        {
            o.Ran("Get-Weather Oslo", "Get-Weather Rome");
            Assert.Equal(["call_1", "call_2"], o.Assistant.ToolCalls.Select(call => call.Id));
            Assert.Equal(["Oslo", "Rome"], o.Assistant.ToolCalls.Select(call => call.Function!.ParsedArguments!["City"]));
            Assert.Equal(["call_1", "call_2"], o.Answered);
        },
        ["chat-two-names-at-index-0"] = static o => o.Ran("Get-Weather Oslo", "Get-Note Rome"),
        ["chat-fragments-without-index"] = static o =>
        {
            o.Ran("Get-Weather Oslo");
            Assert.Single(o.Assistant.ToolCalls);
        },
        ["chat-fragments-without-index-optional-parameter"] = static o => o.Ran("Get-Note Oslo"),
        ["chat-arguments-as-object"] = static o => o.Ran("Get-Weather Oslo"),
        ["chat-whole-arguments-as-object"] = static o => o.Ran("Get-Note Oslo"),
        ["chat-whole-arguments-repeated"] = static o =>
        {
            o.Ran("Get-Weather Oslo");
            Assert.Equal("""{"City": "Oslo"}""", Assert.Single(o.Assistant.ToolCalls).Function!.Arguments);
        },
        ["guard-whole-calls-without-index"] = static o =>
        {
            o.Ran("Get-Weather Oslo", "Get-Weather Rome");
            Assert.Equal("""{"vendor":{"signature":"SIG=="}}""", ((JsonModel)o.Assistant.ToolCalls[0]["extra_content"]!).ToJson());
            Assert.False(o.Assistant.ToolCalls[1].Contains("extra_content"));
        },
        ["guard-arguments-after-name"] = static o => o.Ran("Get-Weather Oslo"),
        ["guard-finish-stop-with-calls"] = static o => o.Ran("Get-Weather Oslo"),
        ["guard-index-gap-and-order"] = static o => o.Ran("Get-Weather Oslo", "Get-Weather Rome"),

        // Only text grows
        ["chat-reasoning-details-in-pieces"] = static o =>
        {
            o.Ran("Get-Weather Oslo");
            Assert.Equal("""[{"type":"reasoning.text","format":"demo-v1","index":0,"text":"We look","signature":"S1"}]""", Details(o));
        },
        ["chat-reasoning-text-and-encrypted-same-index"] = static o =>
        {
            o.Ran("Get-Weather Oslo");
            Assert.Equal(
                """[{"type":"reasoning.text","format":"demo-v1","index":0,"text":"Hmm"},{"type":"reasoning.encrypted","data":"ENC==","format":"demo-v1","id":"call_1","index":0}]""",
                Details(o));
        },
        ["chat-thinking-parts-in-content"] = static o =>
        {
            o.Says("It is 42", "stop");
            Assert.Equal("First, next", o.Chat.Choices[0].Message!.ReasoningContent);
        },
        ["chat-message-in-place-of-delta"] = static o => o.Says("Hello", "stop"),
        ["guard-cumulative-message"] = static o => o.Says("Hello", "stop"),

        // Responses
        ["response-completed-with-empty-output"] = static o => Completes(o, "Good day", 3),
        ["response-tool-call-with-empty-output"] = static o => o.Ran("Get-Weather Oslo"),
        ["response-text-done-event-alone"] = static o => Shows(o, "Hello"),
        ["response-item-done-event-alone"] = static o => Shows(o, "Hello"),
        ["response-deltas-without-item"] = static o => Completes(o, "Hello"),
        ["response-done-as-terminal-event"] = static o => Completes(o, "Hello", 3),
        ["response-keepalive-is-no-end"] = static o => o.IsCut("Hel"),
        ["response-incomplete-max-output-tokens"] = static o =>
        {
            o.Says("One two");
            Assert.Equal(7, o.Outputs.Count);
            Assert.Equal(("incomplete", "max_output_tokens", 3), (o.Response.Status, o.Response.IncompleteDetails?["reason"], o.Response.Usage?.TotalTokens));
            Assert.EndsWith("[stopped: max_output_tokens]\n", o.Shown, StringComparison.Ordinal);
        },
        ["response-completed-with-status-failed"] = static o => o.Fails<ApiException>("the engine stopped", "server_error", "Hel"),
        ["response-error-event-without-error-field"] = static o => o.Fails<ApiException>("the relay broke"),
        ["response-whole-json-though-stream-asked"] = static o =>
        {
            Completes(o, "Hello", 3);
            Assert.Equal("Hello\n", o.Shown);
        },
        ["response-no-store-tool-loop"] = static o =>
        {
            o.Ran("Get-Weather Oslo");
            Assert.Equal(false, o.Requests[0]!["store"]);
            Assert.Contains("reasoning.encrypted_content", ((Array)o.Requests[0]!["include"]!).Cast<string>());
            Assert.Contains(
                """{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"ENC1"}""",
                ((Array)o.Second["input"]!).OfType<JsonModel>().Select(item => item.ToJson()));
        },
        ["response-commentary-is-no-answer"] = static o => o.Says("""{"n":1}"""),
        ["guard-unknown-response-events"] = static o => Completes(o, "Hello"),
        ["guard-text-after-text-done"] = static o => Completes(o, "123"),
        ["guard-response-failed"] = static o => o.Fails<ApiException>("it broke", partialText: "Hel"),

        // Any form of answer
        ["image-json-though-stream-asked"] = static o =>
        {
            Assert.Null(o.Error);
            Assert.Equal(28, Convert.FromBase64String(Assert.IsType<ImageResult>(o.Joined).Data.Single().ImageBase64!).Length);
        },
        ["chat-sse-though-no-stream-asked"] = static o =>
        {
            o.Says("Hello", "stop");
            Assert.Equal(false, o.Requests[0]!["stream"]);
        },
        ["chat-sse-under-text-html"] = static o =>
        {
            o.Says("Hello", "stop");
            Assert.Equal(3, o.Outputs.Count);
        },
        ["guard-no-content-type"] = static o => o.Says("Hello", "stop"),
        ["guard-sse-under-json-type"] = static o => o.Says("Hello", "stop"),
        ["chat-done-with-trailing-blank"] = static o => IsOneChunk(o, "A"),
        ["guard-done-without-newline"] = static o => IsOneChunk(o, "A"),
        ["guard-comments-and-empty-events"] = static o => o.Says("Hello", "stop"),
        ["chat-ping-event-with-text"] = static o => o.Says("Hello", "stop"),
        ["guard-stream-cut-in-order"] = static o => o.IsCut("Hel"),
        ["guard-reset-after-chunk"] = static o => o.IsCut("Hel"),

        // Errors
        ["chat-error-field-line"] = static o =>
        {
            o.Fails<ApiException>("decoding broke", "500", "Hel");
            Assert.Single(o.Outputs);
        },
        ["chat-bare-json-error-line"] = static o =>
        {
            o.Fails<ApiException>("upstream is busy", "429", "Hel");
            Assert.Single(o.Outputs);
        },
        ["chat-object-error-in-stream"] = static o =>
        {
            o.Fails<ApiException>("memory used up", "500", "Hel");
            Assert.Single(o.Outputs);
        },
        ["chat-code-and-message-in-stream"] = static o =>
        {
            o.Fails<ApiException>("the output was refused", "InspectionFailed");
            Assert.Empty(o.Outputs);
        },
        ["chat-error-inside-choice"] = static o => o.Fails<ApiException>("the provider hung up", "502", "Hel"),
        ["guard-error-beside-choices"] = static o => o.Fails<ApiException>("the host left", "502", "Hel"),
        ["chat-finish-reason-error-alone"] = static o => o.Fails<ApiException>("finish_reason error", partialText: "Hello"),
        ["chat-malformed-call-finish-reason"] = static o =>
        {
            o.Says("", "MALFORMED_FUNCTION_CALL");
            Assert.Equal("[stopped: MALFORMED_FUNCTION_CALL]\n", o.Shown);
        },
        ["chat-array-around-error-400"] = static o =>
            Assert.Equal("The service returned 400: the key is not valid", o.Fails<BadRequestException>("", "400").Message),
        ["chat-array-around-error-200"] = static o => o.Fails<ApiException>("the model is full", "503"),
        ["chat-reason-in-metadata-raw"] = static o => o.Fails<RateLimitException>("demo/model is limited at its host", "429"),
        ["chat-error-status-with-sse-body"] = static o =>
            Assert.Equal("The service returned 400: no parameter zed", o.Fails<BadRequestException>("", "unknown_parameter").Message),
        ["chat-insufficient-quota-is-not-retried"] = static o =>
        {
            o.Fails<RateLimitException>("the credit is used up", "insufficient_quota");
            Assert.Single(o.Requests);
        },
        ["resume-refused-as-too-old"] = static o =>
        {
            var error = o.Fails<BadRequestException>("too old to be streamed", partialText: "Hel");
            Assert.Equal(("resp_1", 3), (error.ResponseId, error.SequenceNumber));
        },

        // Usage and media
        ["chat-usage-inside-choice"] = static o =>
        {
            o.Says("A", "stop");
            o.Used(5, 3, 8);
        },
        ["transcription-chunk-objects"] = static o => o.Says(" Good day"),
        ["speech-audio-though-events-asked"] = static o =>
        {
            Assert.Null(o.Error);
            Assert.Equal(603, Convert.FromBase64String((string)o.Joined!["audio"]!).Length);
        },
        ["speech-empty-body"] = static o => o.Fails<ResponseFormatException>("no audio"),
        ["speech-text-in-place-of-audio"] = static o => o.Fails<ResponseFormatException>("the speech model is not loaded"),
        ["image-empty-b64-beside-url"] = static o => Assert.Throws<ResponseFormatException>(() => Assert.IsType<ImageResult>(o.Joined).Data[0].ToBytes()),
        ["image-empty-data"] = static o => o.Fails<ResponseFormatException>("no image"),
    };

    public static TheoryData<string> Names => [.. ServiceCase.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_popular_service_is_understood(string name)
    {
        var asked = ServiceCase.Find(name);
        Assert.True(Expected.TryGetValue(name, out var expected), $"Nothing says what must come of '{name}'.");
        var outcome = await ServiceRun.Of(asked, streams: name.Contains("though-stream-asked", StringComparison.Ordinal) || name.Contains("though-events-asked", StringComparison.Ordinal), retries: name.Contains("retried", StringComparison.Ordinal) ? 2 : 0);
        expected!(outcome);
    }

    private static void CallIs(ServiceOutcome outcome, string id)
    {
        outcome.Ran("Get-Weather Oslo");
        var call = Assert.Single(outcome.Assistant.ToolCalls);
        Assert.Equal((id, "function", "Get-Weather"), (call.Id, call.Type, call.Function?.Name));
        Assert.Equal([id], outcome.Answered);
    }

    private static string Details(ServiceOutcome outcome)
    {
        var details = ((Array)outcome.Assistant["reasoning_details"]!).Cast<JsonModel>();
        return $"[{string.Join(",", details.Select(detail => detail.ToJson()))}]";
    }

    private static void Completes(ServiceOutcome outcome, string text, int? tokens = null)
    {
        outcome.Says(text);
        Assert.Equal(("completed", tokens), (outcome.Response.Status, outcome.Response.Usage?.TotalTokens));
    }

    /// <summary>The text came without deltas.</summary>
    private static void Shows(ServiceOutcome outcome, string text)
    {
        Assert.Null(outcome.Error);
        Assert.Equal((text, text + "\n"), (outcome.Response.Text, outcome.Shown));
    }

    private static void IsOneChunk(ServiceOutcome outcome, string text)
    {
        outcome.Says(text, "stop");
        Assert.Single(outcome.Outputs);
    }
}
