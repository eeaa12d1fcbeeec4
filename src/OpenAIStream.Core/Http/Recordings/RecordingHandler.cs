using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace OpenAIStream;

/// <summary>
/// Records each exchange, as the <see cref="OpenAIClientOptions.Handler"/> of a client: each becomes a text file without
/// keys. The reader of a response still gets its bytes as they arrive.
/// </summary>
/// <remarks>
/// An exchange is held in memory until its end. A response larger than 512 MB is not recorded; the next request then fails
/// and says so. Disposing the handler, or its client, ends open exchanges.
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

    /// <param name="folder">The folder to record to.</param>
    /// <param name="innerHandler">The handler whose exchanges are recorded.</param>
    /// <inheritdoc cref="RecordingHandler(string)"/>
    public RecordingHandler(string folder, HttpMessageHandler innerHandler) : this(folder) => InnerHandler = innerHandler;

    /// <summary>The folder, as a full path.</summary>
    public string Folder { get; }

    /// <summary>The clock that measures pauses; null, the default, uses the clock of the client.</summary>
    public TimeProvider? TimeProvider { get; init; }

    /// <summary>The maximum number of bytes of a response that are held until its end.</summary>
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
            recorder.Asked(await RecordedRequest.OfAsync(request, _secrets).ConfigureAwait(false));
            recorder.End(FaultOf(exception, recorder));
            throw;
        }

        recorder.Answered(response);
        recorder.Asked(await RecordedRequest.OfAsync(request, _secrets).ConfigureAwait(false));
        _open[recorder] = true;
        if (call?.SendMore is { } send)
        {
            call.SendMore = (frame, begin, stop) =>
            {
                _secrets.AddBody(frame);
                return send(
                    frame,
                    () =>
                    {
                        begin();
                        recorder.Sent(frame); // before the answer to it can come
                    },
                    stop);
            };
        }

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

    /// <summary>The content as it is recorded, decompressed if a proxy has compressed it, because people should be able to read it.</summary>
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
            recorder.LetGo(); // the body of a redirect is never opened
        }

        async Task<Stream> OpenAsync()
        {
            var body = await content.ReadBodyAsync(CancellationToken.None).ConfigureAwait(false);
            return new RecordingStream(isKnown ? ResponseBody.Unpack(body, encodings, mostRatio) : body, recorder);
        }
    }

    /// <summary>How a request without a response ended; null if that says nothing about the network: host name, TLS, the caller's own cancellation.</summary>
    private static RecordedFault? FaultOf(Exception? exception, ExchangeRecorder recorder) => exception switch
    {
        null => null,
        OperationCanceledException { InnerException: TimeoutException } => new(RecordedFaultKind.Timeout),
        OperationCanceledException => recorder.TimeoutKind switch
        {
            OpenAIStream.TimeoutKind.Connection => new(RecordedFaultKind.Timeout),
            OpenAIStream.TimeoutKind.Operation => new(RecordedFaultKind.Stall),
            _ => null,
        },
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => new(RecordedFaultKind.Refused),
        SocketException { SocketErrorCode: SocketError.ConnectionReset } => new(RecordedFaultKind.Reset),
        SocketClosedException closed => ExchangeRecorder.OfClose(closed),
        IOException { InnerException: null } or WebSocketException { InnerException: null } => new(RecordedFaultKind.Cut),
        _ => FaultOf(exception.InnerException, recorder),
    };

    private void Save(ExchangeRecorder recorder, RecordedFault? fault)
    {
        _open.TryRemove(recorder, out _);
        try
        {
            _folder.Save(recorder.ToRecording(fault), recorder.Number);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            _failure = exception; // the response is good, and its reader must not lose it; the next request reports this
        }
    }
}
