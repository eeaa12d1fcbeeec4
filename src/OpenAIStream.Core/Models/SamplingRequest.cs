using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>
/// The common part of completions and chat completions. A property that is null is not sent, and the default of the service
/// applies; an empty list is sent.
/// </summary>
public abstract class SamplingRequest : StreamingRequest
{
    /// <summary>The maximum number of tokens to generate.</summary>
    public int? MaxTokens { get => GetInt32("max_tokens"); set => SetOrRemove("max_tokens", value); }

    /// <summary>Sampling temperature, 0 to 2; 0 is the most predictable.</summary>
    public double? Temperature { get => GetDouble("temperature"); set => SetOrRemove("temperature", value); }

    /// <summary>Nucleus sampling, 0 to 1: only tokens within this probability mass.</summary>
    public double? TopP { get => GetDouble("top_p"); set => SetOrRemove("top_p", value); }

    /// <summary>The number of answers to generate.</summary>
    public int? N { get => GetInt32("n"); set => SetOrRemove("n", value); }

    /// <summary>Up to four texts at which the answer ends.</summary>
    [AllowNull]
    public IReadOnlyList<string> Stop
    {
        get => Find("stop") is string one ? [one] : GetList<string>("stop");
        set => SetOrRemove("stop", value);
    }

    /// <summary>Makes sampling repeatable, as far as the service supports it.</summary>
    public long? Seed { get => GetInt64("seed"); set => SetOrRemove("seed", value); }

    /// <summary>-2 to 2: values above 0 make tokens less likely that have already occurred.</summary>
    public double? PresencePenalty { get => GetDouble("presence_penalty"); set => SetOrRemove("presence_penalty", value); }

    /// <summary>-2 to 2: values above 0 make tokens less likely the more often they have already occurred.</summary>
    public double? FrequencyPenalty { get => GetDouble("frequency_penalty"); set => SetOrRemove("frequency_penalty", value); }

    /// <summary>By token number in the model's tokenizer: how much more likely the token becomes, -100 (never) to 100 (always).</summary>
    public JsonMap? LogitBias { get => GetModel<JsonMap>("logit_bias"); set => SetOrRemove("logit_bias", value); }

    /// <summary>With streaming: requests a last chunk with the number of tokens used.</summary>
    public bool IncludeUsage { get => FindIn("stream_options", "include_usage") is true; set => SetIn("stream_options", "include_usage", value); }

    /// <summary>With streaming: false requests chunks without the padding that hides their length on the network.</summary>
    public bool? IncludeObfuscation
    {
        get => FindIn("stream_options", "include_obfuscation") as bool?;
        set => SetIn("stream_options", "include_obfuscation", value);
    }
}
