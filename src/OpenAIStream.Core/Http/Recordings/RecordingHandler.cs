using System.Collections.Concurrent;
using System.Net.Sockets;

namespace OpenAIStream;

/// <summary>Records each exchange on its way through. Who reads the answer gets its bytes as they come.</summary>
internal sealed class RecordingHandler : DelegatingHandler
{
    private const int LongestBody = 512 * 1024 * 1024;

    private readonly OpenAIClientOptions _options;
    private readonly RecordingFolder _folder;
    private readonly int _longestBody;
    private readonly ConcurrentDictionary<ExchangeRecorder, bool> _open = new();
    private readonly Secrets _secrets = new();
    private Exception? _failure;

    /// <param name="inner">What is recorded.</param>
    /// <param name="options">Where to, and clock and timeout.</param>
    /// <param name="longestBody">How many bytes of an answer are held until its end.</param>
    public RecordingHandler(HttpMessageHandler inner, OpenAIClientOptions options, int longestBody = LongestBody) : base(inner)
    {
        (_options, _longestBody) = (options, longestBody);
        _folder = RecordingFolder.ForWriting(options.RecordTo!);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _failure, null) is Exception failure)
        {
            throw new ApiConfigurationException($"The exchange before this could not be recorded in '{_options.RecordTo}': {failure.Message}", failure);
        }

        var recorder = new ExchangeRecorder(_options, _folder.NextNumber(), _longestBody, Save);
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
        response.Content = Recorded(response.Content, recorder);
        return response;
    }

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
    private static PassingContent Recorded(HttpContent content, ExchangeRecorder recorder)
    {
        string[] encodings = [.. content.Headers.ContentEncoding.Reverse()];
        bool isKnown = encodings.All(static encoding => encoding.ToLowerInvariant() is "gzip" or "x-gzip" or "br" or "identity");
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
            return new RecordingStream(isKnown ? encodings.Aggregate(body, static (packed, encoding) => ResponseBody.Unpack(packed, encoding)!) : body, recorder);
        }
    }

    /// <summary>How a request ended that got no answer; null where nothing can be said of the network: name, TLS, the caller's own stop.</summary>
    private static RecordedFaultKind? FaultOf(Exception? exception, ExchangeRecorder recorder) => exception switch
    {
        null => null,
        OperationCanceledException { InnerException: TimeoutException } => RecordedFaultKind.Timeout,
        OperationCanceledException => recorder.WasSilent ? RecordedFaultKind.Stall : null,
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => RecordedFaultKind.Refused,
        SocketException { SocketErrorCode: SocketError.ConnectionReset } => RecordedFaultKind.Reset,
        IOException { InnerException: null } => RecordedFaultKind.Cut,
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
