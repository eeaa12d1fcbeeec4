namespace OpenAIStream;

/// <summary>A request for <c>POST /completions</c>. A property that is null is not sent; an empty list is sent.</summary>
public sealed class CompletionRequest : SamplingRequest
{
    /// <summary>The text to complete.</summary>
    public string? Prompt { get => GetString("prompt"); set => SetOrRemove("prompt", value); }

    /// <summary>The text that follows the completion.</summary>
    public string? Suffix { get => GetString("suffix"); set => SetOrRemove("suffix", value); }

    /// <summary>Whether to return the prompt before the completion.</summary>
    public bool? Echo { get => GetBoolean("echo"); set => SetOrRemove("echo", value); }

    /// <summary>The number of candidates to generate on the server, of which the best is returned; not with streaming.</summary>
    public int? BestOf { get => GetInt32("best_of"); set => SetOrRemove("best_of", value); }

    /// <summary>The number of most likely tokens for which to return log probabilities, 0 to 5.</summary>
    public int? Logprobs { get => GetInt32("logprobs"); set => SetOrRemove("logprobs", value); }
}
