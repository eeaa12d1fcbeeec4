using System.Globalization;

namespace OpenAIStream;

/// <summary>One line about an answer: its model, its tokens, and its speed, as far as known.</summary>
internal sealed class AnswerSummary
{
    private string? _model;
    private StreamTiming? _timing;
    private (int? Input, int? Cached, int? Output) _tokens;

    public void Add(ModelOutput output)
    {
        JsonModel whole = output is ResponseLifecycleEvent { Response: Response response } ? response : output;
        _model = whole["model"] as string ?? _model;
        _timing = StreamSource.Of(output)?.Timing ?? _timing;
        _tokens = whole switch
        {
            ChoiceChunk { Usage: Usage usage } => Of(usage),
            ChatCompletion { Usage: Usage usage } => Of(usage),
            Response { Usage: ResponseUsage usage } => (usage.InputTokens, usage.InputTokensDetails?.CachedTokens, usage.OutputTokens),
            AssistantEvent when whole["usage"] is JsonModel usage => (Number(usage["prompt_tokens"]), null, Number(usage["completion_tokens"])),
            _ => _tokens,
        };
    }

    /// <summary>The line; empty if nothing is known.</summary>
    public override string ToString()
    {
        string[] parts = [.. Parts()];
        return parts.Length == 0 ? "" : $"[{string.Join(", ", parts)}]";
    }

    private static (int? Input, int? Cached, int? Output) Of(Usage usage) => (usage.PromptTokens, usage.PromptTokensDetails?.CachedTokens, usage.CompletionTokens);

    private static int? Number(object? value) => value is null ? null : Convert.ToInt32(value, CultureInfo.InvariantCulture);

    private static string Tokens(int count) => FormattableString.Invariant($"{count} token{(count == 1 ? "" : "s")}");

    private IEnumerable<string> Parts()
    {
        if (!string.IsNullOrEmpty(_model))
        {
            yield return _model!;
        }

        if (_tokens.Input is int input)
        {
            yield return $"{Tokens(input)} in" + (_tokens.Cached is int cached and > 0 ? FormattableString.Invariant($" ({cached} cached)") : "");
        }

        if (_tokens.Output is int output)
        {
            yield return $"{Tokens(output)} out";
        }

        if (_timing is not { ChunkCount: > 1 } timing)
        {
            if (_timing is not null)
            {
                yield return FormattableString.Invariant($"{_timing.Duration.TotalSeconds:0.0} s");
            }

            yield break;
        }

        yield return FormattableString.Invariant($"first after {timing.TimeToFirstChunk.TotalSeconds:0.00} s");
        double seconds = (timing.Duration - timing.TimeToFirstChunk).TotalSeconds;
        if (_tokens.Output is int generated and > 0 && seconds > 0)
        {
            yield return FormattableString.Invariant($"{generated / seconds:0} tokens/s");
        }
    }
}
