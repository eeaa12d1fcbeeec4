namespace OpenAIStream;

/// <summary>Maps chunk types to decoders; the only table of them.</summary>
internal static class Decoders
{
    /// <summary>Creates a decoder for chunks of a type.</summary>
    /// <exception cref="ArgumentException">Streams cannot contain objects of that type.</exception>
    public static ChunkDecoder<T> For<T>() where T : class => (ChunkDecoder<T>)Find(typeof(T));

    private static object Find(Type chunk) =>
        chunk == typeof(ChatCompletionChunk) ? new ChoiceDecoder<ChatCompletionChunk>(ChatCompletionChunk.Shape)
        : chunk == typeof(Completion) ? new ChoiceDecoder<Completion>(Completion.Shape)
        : chunk == typeof(ResponseEvent) ? new ResponseDecoder<ResponseEvent>(ResponseEventTypes.Shape)
        : chunk == typeof(AssistantEvent) ? new AssistantDecoder()
        : chunk == typeof(ImageEvent) ? new ImageDecoder()
        : chunk == typeof(SpeechEvent) ? new SpeechDecoder()
        : chunk == typeof(TranscriptionEvent) ? new TranscriptionDecoder()
        : chunk == typeof(JsonMap) ? new ResponseDecoder<JsonMap>(JsonMap.Shape)
        : chunk == typeof(ServerSentEvent) ? new EventDecoder()
        : throw new ArgumentException(
            $"A stream cannot contain {chunk}. Use a chunk type, JsonMap for JSON objects, or ServerSentEvent for the raw events.");
}
