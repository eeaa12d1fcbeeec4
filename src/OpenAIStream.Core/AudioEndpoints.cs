namespace OpenAIStream;

/// <summary>Audio: text to speech and speech to text.</summary>
public class AudioEndpoints
{
    private readonly SpeechEndpoint? _speech;
    private readonly StreamingEndpoint<TranscriptionRequest, Transcription, TranscriptionEvent>? _transcriptions;

    /// <summary>Creates endpoints without a client, for fakes in tests. Override the members that the test calls.</summary>
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

    /// <summary>Turns text into speech. The audio is read from the stream as it arrives; dispose the stream.</summary>
    /// <inheritdoc cref="CreateSpeechAsync"/>
    public virtual Stream CreateSpeech(SpeechRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => CreateSpeechAsync(request, options, cancellationToken));

    /// <summary>Turns text into speech. The audio is read from the stream as it arrives; dispose the stream.</summary>
    /// <param name="request">The text, and how to speak it.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call, including its stream.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed. Reading can throw this exception too.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<Stream> CreateSpeechAsync(SpeechRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Speech.CreateBytesAsync(request, options, cancellationToken);

    /// <summary>Turns text into speech, as events with audio.</summary>
    /// <inheritdoc cref="CreateSpeechAsync"/>
    public virtual SseStream<SpeechEvent> CreateSpeechStreaming(SpeechRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => CreateSpeechStreamingAsync(request, options, cancellationToken));

    /// <summary>Turns text into speech, as events with audio.</summary>
    /// <inheritdoc cref="CreateSpeechAsync"/>
    public virtual Task<SseStream<SpeechEvent>> CreateSpeechStreamingAsync(SpeechRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Speech.CreateStreamingAsync(request, options, cancellationToken);
}
