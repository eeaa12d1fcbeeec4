using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpenAIStream.Loopback;

/// <summary>Answers to the requests of batches: each says what it was asked.</summary>
internal static partial class BatchAnswers
{
    public static (int Status, object Body) To(string endpoint, JsonElement request, ref long inputTokens, ref long outputTokens)
    {
        string prompt = PromptOf(request);
        if (Failure().Match(prompt) is { Success: true } failure)
        {
            int status = int.Parse(failure.Groups[1].Value, CultureInfo.InvariantCulture);
            return (status, new { error = new { message = $"Refused: {prompt}", type = "invalid_request_error", param = (string?)null, code = "refused" } });
        }

        string model = request.GetProperty("model").GetString()!;
        int tokens = (prompt.Length / 4) + 1;
        inputTokens += tokens;
        outputTokens += tokens;
        string text = $"Answer to: {prompt}";
        var usage = new { prompt_tokens = tokens, completion_tokens = tokens, total_tokens = 2 * tokens };
        return (200, endpoint[(endpoint.LastIndexOf('/') + 1)..] switch
        {
            "responses" => new
            {
                id = "resp_1",
                @object = "response",
                status = "completed",
                model,
                output = new[] { new { type = "message", role = "assistant", content = new[] { new { type = "output_text", text } } } },
                usage = new { input_tokens = tokens, output_tokens = tokens, total_tokens = 2 * tokens },
            },
            "embeddings" => new
            {
                @object = "list",
                model,
                usage = new { prompt_tokens = tokens, total_tokens = tokens },
                data = new[] { new { @object = "embedding", index = 0, embedding = new[] { 0.5, prompt.Length, -1 } } },
            },
            _ when endpoint.EndsWith("chat/completions", StringComparison.Ordinal) => new
            {
                id = "chatcmpl-1",
                @object = "chat.completion",
                model,
                usage,
                choices = new[] { new { index = 0, message = new { role = "assistant", content = text }, finish_reason = "stop" } },
            },
            "completions" => (object)new { id = "cmpl-1", @object = "text_completion", model, usage, choices = new[] { new { index = 0, text, finish_reason = "stop" } } },
            _ => new { id = "any-1", model, text },
        });
    }

    private static string PromptOf(JsonElement request)
    {
        var prompt = request.TryGetProperty("messages", out var messages) ? messages[messages.GetArrayLength() - 1].GetProperty("content")
            : request.TryGetProperty("prompt", out var text) ? text
            : request.TryGetProperty("input", out var input) ? input
            : default;
        return prompt.ValueKind switch
        {
            JsonValueKind.String => prompt.GetString()!,
            JsonValueKind.Array when prompt.GetArrayLength() > 0 => prompt[prompt.GetArrayLength() - 1] is { ValueKind: JsonValueKind.Object } last && last.TryGetProperty("content", out var content) ? content.ToString() : prompt.ToString(),
            _ => "",
        };
    }

    [GeneratedRegex(@"\bfail (\d{3})\b")]
    private static partial Regex Failure();
}
