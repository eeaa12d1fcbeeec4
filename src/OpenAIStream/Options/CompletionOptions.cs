namespace OpenAIStream;

/// <summary>Values that Invoke-OpenAICompletion takes in -Options.</summary>
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
