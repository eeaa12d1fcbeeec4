namespace OpenAIStream;

/// <summary>What answers say about their own end.</summary>
internal static class FinishedAnswer
{
    /// <summary>Whether an answer says that the model has finished it, as far as its API supports that.</summary>
    public static bool Is(ModelOutput answer) => answer switch
    {
        ChatCompletion chat => chat.Choices is { Count: > 0 } choices && choices.All(static choice => choice.FinishReason is not null),
        Completion completion => completion.Choices is { Count: > 0 } choices && choices.All(static choice => choice.FinishReason is not null),
        Response response => response.Status is not (null or "queued" or "in_progress"),
        ThreadRun run => run.Status is not (null or "queued" or "in_progress"),
        ImageResult images => images.Data.Count > 0,
        SpeechEvent speech => speech.Type is not null,
        _ => true,
    };
}
