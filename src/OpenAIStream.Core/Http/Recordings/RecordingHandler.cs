using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace OpenAIStream;

/// <summary>
/// Records each exchange on its way through, as the <see cref="OpenAIClientOptions.Handler"/> of a client: each becomes a
/// text file, without keys. The reader of an answer gets its bytes as they arrive.
/// </summary>
/// <remarks>
/// Until its end an exchange is held in memory; an answer above 512 MB is not recorded, and the next request fails and
/// says so. Disposing of the handler, or of its client, ends the exchanges that are still open.
/// </remarks>
public sealed class RecordingHandler : DelegatingHandler
{
    private readonly RecordingFolder _folder;
    private readonly ConcurrentDictionary<ExchangeRecorder, bool> _open = new();
    private readonly Secrets _secrets = new();
    private Exception? _failure;

    /// <summary>Records to a folder, which is created if it does not exist. The client adds the network.</summary>
    /// <exception cref="ApiConfigurationException">The folder cannot be created or written to.</exception>
    public RecordingHandler(string folder)
    {
        Guard.NotNull(folder, nameof(folder));
        Folder = RecordingFolder.FullPath(folder);
        _folder = RecordingFolder.ForWriting(Folder);
    }

    /// <param name="folder">Where to record to.</param>
    /// <param name="innerHandler">What is recorded.</param>
    /// <inheritdoc cref="RecordingHandler(string)"/>
    public RecordingHandler(string folder, HttpMessageHandler innerHandler) : this(folder) => InnerHandler = innerHandler;

    /// <summary>The folder, as a full path.</summary>
    public string Folder { get; }

    /// <summary>The clock that measures pauses; null, the default, is the client's.</summary>
    public TimeProvider? TimeProvider { get; init; }

    /// <summary>How many bytes of an answer are held until its end.</summary>
    internal int LongestBody { get; init; } = 512 * 1024 * 1024;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _failure, null) is Exception failure)
        {
            throw new ApiConfigurationException($"The previous exchange could not be recorded in '{Folder}': {failure.Message}", failure);
        }

        var call = Call.Of(request);
        var recorder = new ExchangeRecorder(TimeProvider ?? call?.Clock ?? TimeProvider.System, call, _folder.NextNumber(), LongestBody, Save);
        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (FaultOf(exception, recorder) is not null)
        {
            // The request's body is read only now: asking for it tells a handler that the connection is made.
            recorder.Asked(await RecordedRequest.OfAsync(request, _secrets).ConfigureAwait(false));
            recorder.End(FaultOf(exception, recorder));
            throw;
        }

        recorder.Answered(response);
        recorder.Asked(await RecordedRequest.OfAsync(request, _secrets).ConfigureAwait(false));
        _open[recorder] = true;
        response.Content = Recorded(response.Content, recorder, call is null ? OpenAIClientOptions.DefaultDecompressionRatio : call.Options.MaxDecompressionRatio);
        return response;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var recorder in _open.Keys)
            {
                recorder.LetGo();
            }
        }

        base.Dispose(disposing);
    }

    /// <summary>The content with what passes recorded, decompressed where a proxy has compressed it: people are to read it.</summary>
    private static PassingContent Recorded(HttpContent content, ExchangeRecorder recorder, int? mostRatio)
    {
        string[] encodings = ResponseBody.Encodings(content);
        bool isKnown = ResponseBody.CanUnpack(encodings);
        var recorded = new PassingContent(OpenAsync, Close);
        foreach (var header in content.Headers.Where(header => !isKnown || header.Key != "Content-Encoding"))
        {
            recorded.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        return recorded;

        void Close()
        {
            content.Dispose();
            recorder.LetGo(); // a redirect's body is not even opened
        }

        async Task<Stream> OpenAsync()
        {
            var body = await content.ReadBodyAsync(CancellationToken.None).ConfigureAwait(false);
            return new RecordingStream(isKnown ? ResponseBody.Unpack(body, encodings, mostRatio) : body, recorder);
        }
    }

    /// <summary>How a request ended that got no answer; null where nothing can be said of the network: name, TLS, the caller's own stop.</summary>
    private static RecordedFaultKind? FaultOf(Exception? exception, ExchangeRecorder recorder) => exception switch
    {
        null => null,
        OperationCanceledException { InnerException: TimeoutException } => RecordedFaultKind.Timeout,
        OperationCanceledException => recorder.TimeoutKind switch
        {
            OpenAIStream.TimeoutKind.Connection => RecordedFaultKind.Timeout,
            OpenAIStream.TimeoutKind.Operation => RecordedFaultKind.Stall,
            _ => null,
        },
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => RecordedFaultKind.Refused,
        SocketException { SocketErrorCode: SocketError.ConnectionReset } => RecordedFaultKind.Reset,
        IOException { InnerException: null } or WebSocketException { InnerException: null } => RecordedFaultKind.Cut,
        _ => FaultOf(exception.InnerException, recorder),
    };

    private void Save(ExchangeRecorder recorder, RecordedFaultKind? fault)
    {
        _open.TryRemove(recorder, out _);
        try
        {
            _folder.Save(recorder.ToRecording(fault), recorder.Number);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            _failure = exception; // the answer is good, and its reader is not to lose it; the next request tells
        }
    }
}
