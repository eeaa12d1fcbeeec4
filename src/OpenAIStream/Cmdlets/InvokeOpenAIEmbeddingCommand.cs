using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Creates a vector from each text.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "OpenAIEmbedding", SupportsShouldProcess = true)]
[OutputType(typeof(Embedding), typeof(Batch))]
public sealed class InvokeOpenAIEmbeddingCommand : BatchCmdlet<EmbeddingResult, Embedding>
{
    /// <summary>The model to use, or on Azure the name of the deployment.</summary>
    [Parameter]
    [Alias("Deployment")]
    [ArgumentCompleter(typeof(EmbeddingModelCompleter))]
    public string? Model { get; set; }

    /// <summary>The number of elements of a vector, for models that can create shorter ones.</summary>
    [Parameter]
    [OptionalRange(1, int.MaxValue)]
    public int? Dimensions { get; set; }

    /// <summary>A stable name for the end user, for abuse detection.</summary>
    [Parameter]
    [TextTransformation]
    public string? User { get; set; }

    /// <summary>Sends the texts as batches, which the service answers within a day at a lower price, and writes the batches.</summary>
    [Parameter]
    public SwitchParameter AsBatch { get; set; }

    private protected override DefaultModels Defaults => DefaultModels.Embedding;

    private protected override string Path => "embeddings";

    private protected override string? BatchPath => AsBatch ? Path : null;

    private protected override string Activity => "Creating embeddings";

    private protected override PromptReader Reader { get; } = new(PromptKind.Text, nameof(Text), "Input", "Prompt", "Message");

    // Base64 is a quarter of the size, and is read ten times as fast: 1536 numbers in 0.7 ms instead of 7.
    private protected override JsonMap ToRequest() => Dictionaries.WithValues(
        ("model", string.IsNullOrEmpty(Model) ? DefaultModel : Model), ("encoding_format", "base64"), ("dimensions", Dimensions), ("user", User));

    private protected override IReadOnlyList<Embedding> Answers(EmbeddingResult whole) => Read(whole);

    /// <summary>The embeddings of one request, each with the fields that apply to all.</summary>
    /// <exception cref="ResponseFormatException">One of them has no vector.</exception>
    internal static IReadOnlyList<Embedding> Read(EmbeddingResult whole)
    {
        Embedding[] embeddings = [.. whole.Data.OrderBy(static embedding => embedding.Index ?? 0)];
        foreach (var embedding in embeddings)
        {
            if (embedding.Vector.Count == 0)
            {
                throw new ResponseFormatException("The response contains an embedding without a vector. Check the model.") { Body = whole.ToJson() };
            }

            embedding["model"] = whole.Model;
        }

        if (embeddings.Length > 0 && whole.Usage is not null)
        {
            embeddings[0]["usage"] = whole.Usage;
        }

        return embeddings;
    }
}
