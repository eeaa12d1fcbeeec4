using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Classifies texts and images as harmful or not.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "OpenAIModeration", SupportsShouldProcess = true)]
[OutputType(typeof(Moderation))]
public sealed class InvokeOpenAIModerationCommand : BatchCmdlet<ModerationResult, Moderation>
{
    /// <summary>The model to use.</summary>
    [Parameter]
    [Alias("Deployment")]
    [ArgumentCompleter(typeof(ModerationModelCompleter))]
    public string? Model { get; set; }

    private protected override DefaultModels Defaults => DefaultModels.Moderation;

    private protected override string Path => "moderations";

    private protected override string Activity => "Moderating";

    private protected override PromptReader Reader { get; } = new(PromptKind.Message, nameof(Text), "Input", "Prompt", "Message");

    private protected override object ToInput(object prompt) => prompt is not ChatMessage message ? prompt
        : message["content"] is not Array ? message.Text
        : message.ContentParts.All(static part => part["type"] is "text" or "image_url") ? message.ContentParts
        : throw new PromptException("Moderation supports only text and images, but the message contains something else.");

    private protected override JsonMap ToRequest() => Dictionaries.WithValues(("model", string.IsNullOrEmpty(Model) ? DefaultModel : Model));

    private protected override IReadOnlyList<Moderation> Answers(ModerationResult whole) => Read(whole);

    /// <summary>The results for each text in one request, with the model.</summary>
    internal static IReadOnlyList<Moderation> Read(ModerationResult whole)
    {
        foreach (var one in whole.Results)
        {
            one["model"] = whole.Model;
        }

        return whole.Results;
    }
}
