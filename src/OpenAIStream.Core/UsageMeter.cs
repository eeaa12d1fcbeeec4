namespace OpenAIStream;

/// <summary>
/// Adds up the usage of answers by model. It accepts whole answers, chunks and events, batches, and any object with a <c>usage</c>.
/// For the chunks of one stream, and the answer that they were joined into, the last usage counts, because services repeat
/// it.
/// </summary>
public sealed class UsageMeter
{
    private readonly List<string> _models = []; // in the order of their first answers
    private readonly Dictionary<string, long[]> _sums = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _seconds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Counted> _streams = new(StringComparer.Ordinal);

    private enum Kind
    {
        Requests,
        Input,
        Cached,
        CacheWrite,
        Output,
        Reasoning,
        AudioInput,
        AudioOutput,
        ImageInput,
        ImageOutput,
        Count,
    }

    /// <summary>The totals, in the order in which the models first occurred.</summary>
    public IReadOnlyList<UsageTotal> Totals => [.. _models.Select(Total).Where(static total => total.Requests > 0)];

    /// <summary>Adds the usage of an answer, or of a part of one. Returns false if it has none.</summary>
    /// <param name="output">The answer, the chunk, or any object that has a usage.</param>
    /// <param name="stream">What the chunks of one stream have in common; null uses their id.</param>
    /// <param name="model">The model, for an answer that does not name it.</param>
    public bool Add(JsonModel output, string? stream = null, string? model = null)
    {
        Guard.NotNull(output, nameof(output));
        var owner = (output.Find("response") ?? output.Find("answer")) as JsonModel ?? output; // a checkpoint contains answers
        owner = owner.Find("body") as JsonModel ?? owner; // a batch's file contains bodies
        if ((owner is ChatCompletion or ChoiceChunk or JsonMap ? Usage.FieldOf(owner) : owner.Find("usage") as JsonModel) is not JsonModel usage)
        {
            return output is Embedding { Index: > 0 }; // the first one of a request contains the usage of all of them
        }

        string name = owner.Find("model") as string ?? output.Find("model") as string ?? model ?? "";
        var counted = new Counted(name, Counts(usage, (output as Batch)?.RequestCounts?.Completed ?? 1), JsonValue.ToDouble(usage.Find("seconds")) ?? 0);
        string? key = stream ?? (output is StreamChunk ? owner.Find("id") as string : null);
        if (key is not null && _streams.TryGetValue(key, out var earlier))
        {
            Add(earlier, -1);
        }

        if (key is not null && (output is StreamChunk || _streams.ContainsKey(key)))
        {
            _streams[key] = counted;
        }

        Add(counted, 1);
        return true;
    }

    private static long[] Counts(JsonModel usage, int requests)
    {
        var input = Details(usage, "prompt_tokens_details", "input_tokens_details", "input_token_details");
        var output = Details(usage, "completion_tokens_details", "output_tokens_details", "output_token_details");
        long[] counts = new long[(int)Kind.Count];
        Set(Kind.Requests, requests);
        Set(Kind.Input, Number(usage, "prompt_tokens") ?? Number(usage, "input_tokens"));
        Set(Kind.Cached, Number(input, "cached_tokens") ?? Number(usage, "prompt_cache_hit_tokens"));
        Set(Kind.CacheWrite, Number(input, "cache_write_tokens"));
        Set(Kind.Output, Number(usage, "completion_tokens") ?? Number(usage, "output_tokens"));
        Set(Kind.Reasoning, Number(output, "reasoning_tokens"));
        Set(Kind.AudioInput, Number(input, "audio_tokens"));
        Set(Kind.AudioOutput, Number(output, "audio_tokens"));
        Set(Kind.ImageInput, Number(input, "image_tokens"));
        Set(Kind.ImageOutput, Number(output, "image_tokens"));
        return counts;

        void Set(Kind kind, long? count) => counts[(int)kind] = count ?? 0;
    }

    private static JsonModel? Details(JsonModel usage, params string[] names) => names.Select(usage.Find).OfType<JsonModel>().FirstOrDefault();

    private static long? Number(JsonModel? owner, string name) => JsonValue.ToDouble(owner?.Find(name)) is double number and >= 0 and < long.MaxValue ? (long)number : null;

    private void Add(Counted counted, int sign)
    {
        if (!_sums.TryGetValue(counted.Model, out long[]? sums))
        {
            _models.Add(counted.Model);
            _sums[counted.Model] = sums = new long[(int)Kind.Count];
            _seconds[counted.Model] = 0;
        }

        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += sign * counted.Counts[i];
        }

        _seconds[counted.Model] += sign * counted.Seconds;
    }

    private UsageTotal Total(string model)
    {
        long[] sums = _sums[model];
        return new UsageTotal
        {
            Model = model,
            Requests = sums[(int)Kind.Requests],
            InputTokens = sums[(int)Kind.Input],
            CachedTokens = sums[(int)Kind.Cached],
            CacheWriteTokens = sums[(int)Kind.CacheWrite],
            OutputTokens = sums[(int)Kind.Output],
            ReasoningTokens = sums[(int)Kind.Reasoning],
            AudioInputTokens = sums[(int)Kind.AudioInput],
            AudioOutputTokens = sums[(int)Kind.AudioOutput],
            ImageInputTokens = sums[(int)Kind.ImageInput],
            ImageOutputTokens = sums[(int)Kind.ImageOutput],
            AudioSeconds = _seconds[model],
        };
    }

    private sealed record Counted(string Model, long[] Counts, double Seconds);
}
