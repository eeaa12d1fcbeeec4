namespace OpenAIStream;

/// <summary>
/// The progress of a stream whose text is being shown: nothing while text comes; while the model thinks, or has not begun,
/// and nothing comes to be seen, how long that has taken.
/// </summary>
/// <param name="bar">The cmdlet's bar.</param>
/// <param name="progress">The progress of the call.</param>
internal sealed class SilenceProgress(ProgressBar bar, WaitProgress progress)
{
    /// <summary>A chunk has come. The bar is taken away, so that text does not flicker around it. True where it brings the answer's text, after which a pause is a matter of moments.</summary>
    public bool End(ModelOutput chunk)
    {
        bar.Hide();
        bar.Begin();
        if (chunk.Text.Length > 0)
        {
            return true;
        }

        progress.Status = IsThought(chunk) ? "the model is thinking" : null;
        return false;
    }

    private static bool IsThought(ModelOutput chunk) => chunk switch
    {
        ResponseReasoningDeltaEvent => true,
        ResponseOutputItemEvent { Type: "response.output_item.added", Item: ResponseReasoningItem } => true,
        ChatCompletionChunk chat => chat.Choices.Any(static choice => choice.Delta?.ReasoningContent is { Length: > 0 }),
        _ => false,
    };
}
