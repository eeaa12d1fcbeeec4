namespace OpenAIStream;

/// <summary>The total usage of one model.</summary>
public sealed class UsageTotal : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<UsageTotal>(static () => new());

    /// <summary>The model, as the answers name it; empty if they name none.</summary>
    public string? Model { get => GetString("model"); set => SetOrRemove("model", value); }

    /// <summary>The number of answers that reported their usage.</summary>
    public long Requests { get => Number("requests"); set => SetOrRemove("requests", value); }

    /// <summary>Input tokens, including those from the cache, of audio and of images.</summary>
    public long InputTokens { get => Number("input_tokens"); set => SetOrRemove("input_tokens", value); }

    /// <summary>The input tokens that were read from the cache.</summary>
    public long CachedTokens { get => Number("cached_tokens"); set => SetOrRemove("cached_tokens", value); }

    /// <summary>The input tokens that were written to the cache.</summary>
    public long CacheWriteTokens { get => Number("cache_write_tokens"); set => SetOrRemove("cache_write_tokens", value); }

    /// <summary>Generated tokens, including those of reasoning, audio and images.</summary>
    public long OutputTokens { get => Number("output_tokens"); set => SetOrRemove("output_tokens", value); }

    /// <summary>The generated tokens of reasoning.</summary>
    public long ReasoningTokens { get => Number("reasoning_tokens"); set => SetOrRemove("reasoning_tokens", value); }

    /// <summary>The input tokens of audio.</summary>
    public long AudioInputTokens { get => Number("audio_input_tokens"); set => SetOrRemove("audio_input_tokens", value); }

    /// <summary>The generated tokens of audio.</summary>
    public long AudioOutputTokens { get => Number("audio_output_tokens"); set => SetOrRemove("audio_output_tokens", value); }

    /// <summary>The input tokens of images.</summary>
    public long ImageInputTokens { get => Number("image_input_tokens"); set => SetOrRemove("image_input_tokens", value); }

    /// <summary>The generated tokens of images.</summary>
    public long ImageOutputTokens { get => Number("image_output_tokens"); set => SetOrRemove("image_output_tokens", value); }

    /// <summary>The seconds of audio, if these are billed instead of tokens.</summary>
    public double AudioSeconds { get => GetDouble("audio_seconds") ?? 0; set => SetOrRemove("audio_seconds", value); }

    /// <summary>The sum of input and output.</summary>
    [FieldName(null)]
    public long TotalTokens => InputTokens + OutputTokens;

    /// <summary>The cost; null if the price is unknown.</summary>
    public decimal? Cost
    {
        get => Find("cost") switch
        {
            JsonNumber number => decimal.Parse(number.Text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture),
            var other => JsonValue.ToDouble(other) is double value ? (decimal)value : null,
        };
        set => SetOrRemove("cost", value);
    }

    /// <summary>The currency of the cost, as the price table names it.</summary>
    public string? Currency { get => GetString("currency"); set => SetOrRemove("currency", value); }

    /// <summary>The model and its tokens.</summary>
    public override string ToString() => FormattableString.Invariant($"{Model}: {TotalTokens} tokens ({InputTokens} input, {OutputTokens} output)");

    private long Number(string name) => GetInt64(name) ?? 0;
}
