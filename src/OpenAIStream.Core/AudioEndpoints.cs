namespace OpenAIStream;

/// <summary>Audio: speech out of text, and text out of speech.</summary>
public sealed class AudioEndpoints
{
    internal AudioEndpoints(OpenAIClient client)
    {
        Speech = new SpeechEndpoint(client);
        Transcriptions = new TranscriptionsEndpoint(client);
    }

    /// <summary>Transcriptions: <c>POST /audio/transcriptions</c>.</summary>
    public StreamingEndpoint<TranscriptionRequest, Transcription, TranscriptionEvent> Transcriptions { get; }

    internal SpeechEndpoint Speech { get; }

    /// <summary>Speaks a text. The audio is read from the stream as it arrives; dispose of it.</summary>
    /// <inheritdoc cref="CreateSpeechAsync"/>
    public Stream CreateSpeech(SpeechRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => CreateSpeechAsync(request, options, cancellationToken));

    /// <summary>Speaks a text. The audio is read from the stream as it arrives; dispose of it.</summary>
    /// <param name="request">The text, and how to speak it.</param>
    /// <param name="options">What this call does otherwise.</param>
    /// <param name="cancellationToken">Ends the call, its stream included.</param>
    /// <exception cref="ApiException">The service refused, or the network failed; reading may throw it as well.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public Task<Stream> CreateSpeechAsync(SpeechRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Speech.CreateBytesAsync(request, options, cancellationToken);

    /// <summary>Speaks a text, in events that hold the audio.</summary>
    /// <inheritdoc cref="CreateSpeechAsync"/>
    public SseStream<SpeechEvent> CreateSpeechStreaming(SpeechRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Speech.CreateStreaming(request, options, cancellationToken);

    /// <summary>Speaks a text, in events that hold the audio.</summary>
    /// <inheritdoc cref="CreateSpeechAsync"/>
    public Task<SseStream<SpeechEvent>> CreateSpeechStreamingAsync(SpeechRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Speech.CreateStreamingAsync(request, options, cancellationToken);
}
