namespace OpenAIStream;

internal static class Decoders
{
    /// <summary>The decoder for chunks of a type that the caller names.</summary>
    /// <exception cref="ArgumentException">The type is no chunk.</exception>
    public static ChunkDecoder<T> For<T>() where T : class, new()
    {
        object decoder = new T() switch
        {
            Completion => new ChoiceDecoder<Completion>(Completion.Shape),
            ChatCompletionChunk => new ChoiceDecoder<ChatCompletionChunk>(ChatCompletionChunk.Shape),
            AssistantEvent => new AssistantDecoder(),
            ImageEvent => new MediaDecoder<ImageEvent>(ImageEvent.Shape, ".completed"),
            SpeechEvent => new MediaDecoder<SpeechEvent>(SpeechEvent.Shape, "speech.audio.done"),
            TranscriptionEvent => new MediaDecoder<TranscriptionEvent>(TranscriptionEvent.AnyShape, "transcript.text.done", "text"),
            JsonMap => new ResponseDecoder<JsonMap>(JsonMap.Shape),
            ServerSentEvent => new EventDecoder(),
            _ => throw new ArgumentException($"{typeof(T)} is not what a stream can hold. Take JsonMap for JSON objects, AssistantEvent for assistants, ServerSentEvent for the events as they are."),
        };
        return (ChunkDecoder<T>)decoder;
    }
}
