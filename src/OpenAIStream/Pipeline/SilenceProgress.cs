namespace OpenAIStream;

/// <summary>
/// The progress bar of a stream that is shown: none while text arrives; the elapsed time while the model thinks, or has not
/// started, and nothing arrives that can be shown.
/// </summary>
/// <param name="bar">The cmdlet's bar.</param>
/// <param name="progress">The progress of the call.</param>
internal sealed class SilenceProgress(ProgressBar bar, WaitProgress progress)
{
    /// <summary>Called when a chunk arrives: hides the bar, so that text does not flicker around it. True if the chunk has text of the answer: pauses after that are short.</summary>
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
