using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Completes a prompt: with <c>-Stream</c> each chunk as it arrives, without it the whole completion.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "OpenAICompletion", SupportsShouldProcess = true)]
[OutputType(typeof(Completion), typeof(OpenStream<Completion>), typeof(Batch))]
public sealed class InvokeOpenAICompletionCommand : SamplingCmdlet<CompletionRequest, Completion, Completion>
{
    /// <summary>The text to complete.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? Prompt { get; set; }

    /// <summary>The text that follows the completion.</summary>
    [Parameter]
    [TextTransformation]
    public string? Suffix { get; set; }

    /// <summary>Returns the prompt before the completion.</summary>
    [Parameter]
    public SwitchParameter Echo { get; set; }

    /// <summary>The number of most likely tokens for which to return log probabilities.</summary>
    [Parameter]
    [OptionalRange(0, 5)]
    public int? Logprobs { get; set; }

    /// <summary>Less common settings, by their names: <c>@{ BestOf = 3 }</c>.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(CompletionOptionsCompleter))]
    public CompletionOptions? Options { get; set; }

    /// <summary>Sends the prompts as batches, which the service answers within a day at a lower price, and writes the batches.</summary>
    [Parameter]
    public SwitchParameter AsBatch { get; set; }

    private protected override IEnumerable<Contradiction> Contradictions() =>
    [
        .. base.Contradictions(),
        Contradiction.Obfuscation(Options?.IncludeObfuscation, Stream),
    ];

    private protected override PromptReader Reader { get; } = new(PromptKind.Text, nameof(Prompt), "Message");

    private protected override RequestValues? Values => Options;

    private protected override string? BatchPath => AsBatch ? "completions" : null;

    private protected override PSObject? Given => Prompt;

    private protected override DefaultModels Defaults => DefaultModels.Completion;

    private protected override Task<SseStream<Completion>> OpenAsync(OpenAIClient client, CompletionRequest request, RequestOptions options, CancellationToken stop) =>
        client.Completions.CreateStreamingAsync(request, options, stop);

    private protected override Task<Completion> AskAsync(OpenAIClient client, CompletionRequest request, RequestOptions options, CancellationToken stop) =>
        client.Completions.CreateAsync(request, options, stop);

    private protected override CompletionRequest ToRequest(OpenAIConnection connection)
    {
        var request = base.ToRequest(connection);
        request.Prompt = (string)CurrentPrompt!;
        request.Suffix = Suffix;
        request.Echo = Echo ? true : null;
        request.Logprobs = Logprobs;
        return request;
    }
}
