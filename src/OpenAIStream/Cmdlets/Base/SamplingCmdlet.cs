using System.Management.Automation;

namespace OpenAIStream;

/// <summary>The common parameters of completions and chat completions.</summary>
/// <typeparam name="TRequest">The type of the request.</typeparam>
/// <typeparam name="TWhole">The type of the whole answer.</typeparam>
/// <typeparam name="TChunk">The type of the chunks.</typeparam>
public abstract class SamplingCmdlet<TRequest, TWhole, TChunk> : PromptCmdlet<TRequest, TWhole, TChunk>
    where TRequest : SamplingRequest, new()
    where TWhole : ModelOutput
    where TChunk : StreamChunk
{
    /// <summary>The model to use, or on Azure the name of the deployment. Without it: the default model.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Deployment")]
    [ArgumentCompleter(typeof(ModelCompleter))]
    public string? Model { get; set; }

    /// <summary>The maximum number of tokens to generate.</summary>
    [Parameter]
    [Alias("max_tokens")]
    [OptionalRange(1, int.MaxValue)]
    public int? MaxTokens { get; set; }

    /// <summary>The sampling temperature, 0 to 2; 0 is the most predictable.</summary>
    [Parameter]
    [OptionalRange(0.0, 2.0)]
    public double? Temperature { get; set; }

    /// <summary>Nucleus sampling, 0 to 1: only the tokens within this probability mass are considered.</summary>
    [Parameter]
    [Alias("top_p")]
    [OptionalRange(0.0, 1.0)]
    public double? TopP { get; set; }

    /// <summary>The number of answers to generate.</summary>
    [Parameter]
    [OptionalRange(1, int.MaxValue)]
    public int? N { get; set; }

    /// <summary>Up to four texts at which the answer ends.</summary>
    [Parameter]
    [Alias("Stop")]
    [TextTransformation(IsList = true)]
    public string[]? StopSequence { get; set; }

    /// <summary>Makes sampling repeatable, as far as the service supports it.</summary>
    [Parameter]
    public long? Seed { get; set; }

    /// <summary>-2 to 2: values above 0 make tokens less likely that have already occurred.</summary>
    [Parameter]
    [Alias("presence_penalty")]
    [OptionalRange(-2.0, 2.0)]
    public double? PresencePenalty { get; set; }

    /// <summary>-2 to 2: values above 0 make tokens less likely the more often they have already occurred.</summary>
    [Parameter]
    [Alias("frequency_penalty")]
    [OptionalRange(-2.0, 2.0)]
    public double? FrequencyPenalty { get; set; }

    /// <summary>A stable name for the end user, for abuse detection.</summary>
    [Parameter]
    [TextTransformation]
    public string? User { get; set; }

    /// <summary>With -Stream: requests a last chunk with the number of tokens used.</summary>
    [Parameter]
    [Alias("include_usage")]
    public SwitchParameter IncludeUsage { get; set; }

    private protected override IEnumerable<Contradiction> Contradictions() =>
    [
        .. base.Contradictions(),
        new(IncludeUsage && !Stream, "-IncludeUsage requests an additional chunk, and only -Stream returns chunks. A whole answer always has its Usage."),
    ];

    private protected override string? SetByRow => NameIfSet(nameof(Model), Model);

    private protected override TRequest ToRequest(OpenAIConnection connection)
    {
        var request = new TRequest
        {
            Model = Chosen(nameof(Model), Model) ?? DefaultModel,
            MaxTokens = MaxTokens,
            Temperature = Temperature,
            TopP = TopP,
            N = N,
            Stop = StopSequence,
            Seed = Seed,
            PresencePenalty = PresencePenalty,
            FrequencyPenalty = FrequencyPenalty,
            User = User,
        };
        if (IncludeUsage)
        {
            request.IncludeUsage = true;
        }

        return request;
    }
}
