using System.Diagnostics;

namespace OpenAIStream;

/// <summary>The names that OpenTelemetry's conventions for generative AI use for requests and responses.</summary>
/// <remarks>https://github.com/open-telemetry/semantic-conventions-genai</remarks>
internal static class Conventions
{
    // The field of the request, the attribute of the span.
    private static readonly (string Field, string Attribute)[] Parameters =
    [
        ("max_tokens", "gen_ai.request.max_tokens"),
        ("max_completion_tokens", "gen_ai.request.max_tokens"),
        ("max_output_tokens", "gen_ai.request.max_tokens"),
        ("temperature", "gen_ai.request.temperature"),
        ("top_p", "gen_ai.request.top_p"),
        ("presence_penalty", "gen_ai.request.presence_penalty"),
        ("frequency_penalty", "gen_ai.request.frequency_penalty"),
        ("seed", "gen_ai.request.seed"),
        ("stop", "gen_ai.request.stop_sequences"),
        ("reasoning_effort", "gen_ai.request.reasoning.level"),
        ("previous_response_id", "gen_ai.request.previous_response.id"),
    ];

    /// <summary>The operation that a request performs.</summary>
    public static string OperationOf(HttpMethod method, string path) => path.Split('?')[0] switch
    {
        "chat/completions" or "responses" => "chat",
        "completions" => "text_completion",
        "embeddings" => "embeddings",
        "audio/speech" => "speech",
        "audio/transcriptions" => "transcription",
        "models" => "list_models",
        "responses/compact" => "compact",
        "responses/input_tokens" => "count_tokens",
        var other when other.StartsWith("responses/", StringComparison.Ordinal) && method == HttpMethod.Delete => "delete_response",
        var other when other.StartsWith("responses/", StringComparison.Ordinal) && other.EndsWith("/cancel", StringComparison.Ordinal) => "cancel_response",
        var other when other.StartsWith("responses/", StringComparison.Ordinal) => "fetch_response",
        var other when other.StartsWith("images/", StringComparison.Ordinal) => "image_generation",
        var other when other.StartsWith("threads/", StringComparison.Ordinal) => "invoke_agent",
        var other => other.Split('/')[0],
    };

    /// <summary>Adds the parameters of a request to a span.</summary>
    public static void Describe(JsonModel? request, Activity span)
    {
        if (request is null)
        {
            return;
        }

        foreach (var (field, attribute) in Parameters)
        {
            if (request[field] is object value)
            {
                span.SetTag(attribute, value is Array list ? list.OfType<string>().ToArray() : value);
            }
        }

        if (request.Find("n") is long and > 1 and var choices)
        {
            span.SetTag("gen_ai.request.choice.count", choices);
        }

        if ((request.Find("reasoning") as JsonModel)?.Find("effort") is string effort)
        {
            span.SetTag("gen_ai.request.reasoning.level", effort);
        }
    }

    /// <summary>The error code of the service, otherwise the type of the exception: few different values.</summary>
    public static string ErrorType(Exception exception) =>
        (exception as ApiException)?.Code ?? (exception as ApiException)?.Type ?? exception.GetType().FullName!;
}
