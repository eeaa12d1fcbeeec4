namespace OpenAIStream;

/// <summary>What answers of one model used in all.</summary>
public sealed class UsageTotal : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<UsageTotal>(static () => new());

    /// <summary>The model, as the answers name it; empty where they name none.</summary>
    public string? Model { get => GetString("model"); set => SetOrRemove("model", value); }

    /// <summary>How many answers told what they used.</summary>
    public long Requests { get => Number("requests"); set => SetOrRemove("requests", value); }

    /// <summary>Tokens of the input, those from the cache, of audio and of images included.</summary>
    public long InputTokens { get => Number("input_tokens"); set => SetOrRemove("input_tokens", value); }

    /// <summary>Of these, tokens that came from the cache.</summary>
    public long CachedTokens { get => Number("cached_tokens"); set => SetOrRemove("cached_tokens", value); }

    /// <summary>Of the input's tokens, those that were written to the cache.</summary>
    public long CacheWriteTokens { get => Number("cache_write_tokens"); set => SetOrRemove("cache_write_tokens", value); }

    /// <summary>Tokens generated, those of reasoning, of audio and of images included.</summary>
    public long OutputTokens { get => Number("output_tokens"); set => SetOrRemove("output_tokens", value); }

    /// <summary>Of these, tokens of reasoning.</summary>
    public long ReasoningTokens { get => Number("reasoning_tokens"); set => SetOrRemove("reasoning_tokens", value); }

    /// <summary>Of the input's tokens, those of audio.</summary>
    public long AudioInputTokens { get => Number("audio_input_tokens"); set => SetOrRemove("audio_input_tokens", value); }

    /// <summary>Of the tokens generated, those of audio.</summary>
    public long AudioOutputTokens { get => Number("audio_output_tokens"); set => SetOrRemove("audio_output_tokens", value); }

    /// <summary>Of the input's tokens, those of images.</summary>
    public long ImageInputTokens { get => Number("image_input_tokens"); set => SetOrRemove("image_input_tokens", value); }

    /// <summary>Of the tokens generated, those of images.</summary>
    public long ImageOutputTokens { get => Number("image_output_tokens"); set => SetOrRemove("image_output_tokens", value); }

    /// <summary>Seconds of audio, where these are billed instead of tokens.</summary>
    public double AudioSeconds { get => GetDouble("audio_seconds") ?? 0; set => SetOrRemove("audio_seconds", value); }

    /// <summary>The sum of input and output.</summary>
    [FieldName(null)]
    public long TotalTokens => InputTokens + OutputTokens;

    /// <summary>What it cost; null where no price is known.</summary>
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
