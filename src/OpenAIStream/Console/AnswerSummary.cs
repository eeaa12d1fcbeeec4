using System.Globalization;

namespace OpenAIStream;

/// <summary>One line about an answer: its model, tokens, cost and speed, and what is left of the service's limits, as far as known.</summary>
internal sealed class AnswerSummary
{
    private const string OneAnswer = "answer";
    private const decimal SmallCost = 0.001m;

    private readonly UsageMeter _meter = new();
    private string? _model;
    private StreamTiming? _timing;
    private UsageTerms? _terms;

    public void Add(ModelOutput output)
    {
        JsonModel whole = output is ResponseLifecycleEvent { Response: Response response } ? response : output;
        var source = StreamSource.Of(output);
        _model = whole["model"] as string ?? _model ?? source?.Model;
        _timing = source?.Timing ?? _timing;
        _terms = source?.Terms ?? _terms;
        _meter.Add(output, OneAnswer, _model);
    }

    /// <summary>The line; empty if nothing is known.</summary>
    public override string ToString()
    {
        var totals = _meter.Totals;
        var used = totals.Count > 0 ? totals[totals.Count - 1] : null;
        string[] parts = [.. Parts(used), .. Speed(used), .. Left()];
        return parts.Length == 0 ? "" : $"[{string.Join(", ", parts)}]";
    }

    private IEnumerable<string> Parts(UsageTotal? used)
    {
        if (!string.IsNullOrEmpty(_model))
        {
            yield return _model!;
        }

        if (used is null)
        {
            yield break;
        }

        if (used.InputTokens > 0)
        {
            yield return $"{Count(used.InputTokens, "token")} in" + (used.CachedTokens > 0 ? FormattableString.Invariant($" ({used.CachedTokens} cached)") : "");
        }

        if (used.OutputTokens > 0)
        {
            yield return $"{Count(used.OutputTokens, "token")} out";
        }

        if (used.AudioSeconds > 0)
        {
            yield return FormattableString.Invariant($"{used.AudioSeconds:0} s of audio");
        }

        if (_terms?.SetCost is Func<UsageTotal, bool> setCost)
        {
            yield return setCost(used) ? Cost(used) : "no price";
        }
    }

    private IEnumerable<string> Speed(UsageTotal? used)
    {
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
        if (used?.OutputTokens is long generated and > 0 && seconds > 0)
        {
            yield return FormattableString.Invariant($"{generated / seconds:0} tokens/s");
        }
    }

    private IEnumerable<string> Left()
    {
        string[] left = [.. new[] { Left(_terms?.RateLimits?.Requests, "request"), Left(_terms?.RateLimits?.Tokens, "token") }.OfType<string>()];
        return left.Length == 0 ? [] : [$"{string.Join(" and ", left)} left"];
    }

    private static string? Left(RateLimit? limit, string what) => limit?.Remaining is long remaining ? Count(remaining, what, "N0") : null;

    private static string Cost(UsageTotal used)
    {
        string amount = used.Cost!.Value.ToString(used.Cost < SmallCost ? "0.00######" : "0.00##", CultureInfo.InvariantCulture);
        return used.Currency is null ? $"cost {amount}" : $"{amount} {used.Currency}";
    }

    private static string Count(long count, string what, string format = "0") => $"{count.ToString(format, CultureInfo.InvariantCulture)} {what}{(count == 1 ? "" : "s")}";
}
