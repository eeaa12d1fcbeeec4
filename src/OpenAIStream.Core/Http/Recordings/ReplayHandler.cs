using System.Net;

namespace OpenAIStream;

/// <summary>
/// Answers requests from recordings, as the <see cref="OpenAIClientOptions.Handler"/> of a client. Nothing is sent, and no
/// key is needed.
/// </summary>
/// <remarks>
/// A request is answered by the first matching recording that has not been played; if all matching recordings have been
/// played, the last of them is used again. So a retry gets the 200 after a 429, and a single recording answers any number
/// of requests.
/// </remarks>
public sealed class ReplayHandler : HttpMessageHandler
{
    private readonly RecordingShelf _shelf;
    private readonly double _speed;

    /// <summary>Replays a folder of recordings, or a single recording.</summary>
    /// <exception cref="ApiConfigurationException">The path does not exist, or contains no recordings.</exception>
    /// <exception cref="RecordingFormatException">A recording cannot be read.</exception>
    public ReplayHandler(string path)
    {
        Guard.NotNull(path, nameof(path));
        Path = RecordingFolder.FullPath(path);
        _shelf = new RecordingShelf(Path);
    }

    /// <summary>The folder or the recording, as a full path.</summary>
    public string Path { get; }

    /// <summary>The parts of a request that must equal the recorded request. Default: method, path and body.</summary>
    public RecordingMatch MatchOn { get; init; } = RecordingMatch.All;

    /// <summary>The speed: 1 is the recorded speed, 10 is ten times as fast; 0, the default, replays without delays.</summary>
    /// <exception cref="ApiConfigurationException">The value is neither 0 nor a positive number.</exception>
    public double Speed
    {
        get => _speed;
        init => _speed = value is >= 0 and < double.PositiveInfinity
            ? value
            : throw new ApiConfigurationException($"{nameof(Speed)} must be 0 or a positive number.");
    }

    /// <summary>The clock for pauses and stalls; null, the default, uses the clock of the client.</summary>
    public TimeProvider? TimeProvider { get; init; }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Guard.NotNull(request, nameof(request));
        var recording = _shelf.Take(await RecordedRequest.OfAsync(request, new Secrets()).ConfigureAwait(false), MatchOn);
        var call = Call.Of(request);
        var pace = new ReplayPace(Speed, TimeProvider ?? call?.Clock ?? TimeProvider.System);
        if (call is not null)
        {
            // A socket was closed because of it, and what went over a socket may not be sent again.
            call.MayHaveBeenSent = recording is { StatusCode: null, Waiting: [.., RecordedFault { Kind: RecordedFaultKind.Close }] };
        }

        if (recording is not { StatusCode: null, Waiting: [.., RecordedFault { Kind: RecordedFaultKind.Refused or RecordedFaultKind.Timeout }] })
        {
            (request.Content as SentContent)?.Begin(); // as when it was recorded
        }

        foreach (var step in recording.Waiting)
        {
            await pace.WaitAsync(step, cancellationToken).ConfigureAwait(false);
        }

        var body = new ReplayStream(recording.Body, pace);
        var response = new HttpResponseMessage((HttpStatusCode)recording.StatusCode!)
        {
            ReasonPhrase = recording.ReasonPhrase,
            RequestMessage = request,
            Content = new PassingContent(body),
        };
        if (call is not null && recording.ReasonPhrase.EndsWith("(WebSocket)", StringComparison.Ordinal))
        {
            call.SendMore = (frame, begin, _) =>
            {
                begin();
                return Task.Run(() => body.Send(frame, MatchOn), CancellationToken.None);
            };
        }

        foreach (var header in recording.ResponseHeaders.Where(static header => !IsAboutTheWire(header.Key)))
        {
            if (!response.Headers.TryAddWithoutValidation(header.Key, header.Value))
            {
                response.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }

        return response;
    }

    // An edited body has a different length.
    private static bool IsAboutTheWire(string name) =>
        name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase);
}
