namespace OpenAIStream;

/// <summary>The values of -Options for Invoke-OpenAICompletion.</summary>
public sealed class CompletionOptions : RequestValues
{
    /// <inheritdoc cref="CompletionRequest.BestOf"/>
    public int? BestOf { get; set; }

    /// <inheritdoc cref="SamplingRequest.LogitBias"/>
    public JsonMap? LogitBias { get; set; }

    /// <inheritdoc cref="SamplingRequest.IncludeObfuscation"/>
    public bool? IncludeObfuscation { get; set; }

    internal override Type Cmdlet => typeof(InvokeOpenAICompletionCommand);
}
