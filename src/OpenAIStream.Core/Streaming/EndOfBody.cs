namespace OpenAIStream;

/// <summary>What a body means that has ended in order, but without <c>[DONE]</c>.</summary>
internal static class EndOfBody
{
    /// <summary>What is wrong with it; null when the answer in it was finished.</summary>
    /// <param name="parser">What has been received.</param>
    /// <param name="isFinished">Whether the model has said that it had finished.</param>
    /// <param name="isEventStream">Whether the body declares to be an event stream.</param>
    /// <param name="textLength">How many characters of text had come.</param>
    public static ApiException? Fault(SseParser parser, bool isFinished, bool isEventStream, int textLength)
    {
        if (parser.EventCount == 0 && parser.BytesReceived > 0 && !isEventStream)
        {
            return new ResponseFormatException(
                $"The answer held no event, only {parser.BytesReceived} bytes of something else. Does the address lead to the API?");
        }

        return isFinished ? null : new StreamEndedEarlyException(Describe(parser, textLength), StreamEnd.EndOfBody);
    }

    private static string Describe(SseParser parser, int textLength)
    {
        if (parser.EventCount == 0)
        {
            return parser.BytesReceived == 0
                ? "The answer was empty: the connection ended before the first event."
                : $"The answer held no event, only {parser.BytesReceived} bytes of something else.";
        }

        return "The stream ended before the model finished (no [DONE], no finish_reason). " +
            (textLength > 0 ? $"{textLength} characters had arrived; they are in PartialText." : "No text had arrived.");
    }
}
