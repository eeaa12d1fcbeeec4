namespace OpenAIStream;

/// <summary>Audio: speech out of text, and text out of speech.</summary>
public class AudioEndpoints
{
    private readonly SpeechEndpoint? _speech;
    private readonly StreamingEndpoint<TranscriptionRequest, Transcription, TranscriptionEvent>? _transcriptions;

    /// <summary>Endpoints without a client, for fakes in tests: override what the test calls.</summary>
    protected AudioEndpoints()
    {
    }

    internal AudioEndpoints(OpenAIClient client)
    {
        _speech = new SpeechEndpoint(client);
        _transcriptions = new TranscriptionsEndpoint(client);
    }

    /// <summary>Transcriptions: <c>POST /audio/transcriptions</c>.</summary>
    public virtual StreamingEndpoint<TranscriptionRequest, Transcription, TranscriptionEvent> Transcriptions =>
        _transcriptions ?? throw OpenAIClient.NotFaked(this);

    internal SpeechEndpoint Speech => _speech ?? throw OpenAIClient.NotFaked(this);

    /// <summary>Speaks a text. The audio is read from the stream as it arrives; dispose of it.</summary>
    /// <inheritdoc cref="CreateSpeechAsync"/>
    public virtual Stream CreateSpeech(SpeechRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => CreateSpeechAsync(request, options, cancellationToken));

    /// <summary>Speaks a text. The audio is read from the stream as it arrives; dispose of it.</summary>
    /// <param name="request">The text, and how to speak it.</param>
    /// <param name="options">What this call does otherwise.</param>
    /// <param name="cancellationToken">Ends the call, its stream included.</param>
    /// <exception cref="ApiException">The service refused, or the network failed; reading may throw it as well.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public virtual Task<Stream> CreateSpeechAsync(SpeechRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Speech.CreateBytesAsync(request, options, cancellationToken);

    /// <summary>Speaks a text, in events that hold the audio.</summary>
    /// <inheritdoc cref="CreateSpeechAsync"/>
    public virtual SseStream<SpeechEvent> CreateSpeechStreaming(SpeechRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => CreateSpeechStreamingAsync(request, options, cancellationToken));

    /// <summary>Speaks a text, in events that hold the audio.</summary>
    /// <inheritdoc cref="CreateSpeechAsync"/>
    public virtual Task<SseStream<SpeechEvent>> CreateSpeechStreamingAsync(SpeechRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Speech.CreateStreamingAsync(request, options, cancellationToken);
}
