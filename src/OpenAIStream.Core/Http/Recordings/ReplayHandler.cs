using System.Net;

namespace OpenAIStream;

/// <summary>Answers requests from recordings. Nothing is sent.</summary>
internal sealed class ReplayHandler(OpenAIClientOptions options) : HttpMessageHandler
{
    private readonly RecordingShelf _shelf = new(options.ReplayFrom!, options.MatchOn);
    private readonly ReplayPace _pace = new(options.ReplaySpeed, options.TimeProvider);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var recording = _shelf.Take(await RecordedRequest.OfAsync(request, new Secrets()).ConfigureAwait(false));
        foreach (var step in recording.Waiting)
        {
            await _pace.WaitAsync(step, cancellationToken).ConfigureAwait(false);
        }

        var response = new HttpResponseMessage((HttpStatusCode)recording.StatusCode!)
        {
            ReasonPhrase = recording.ReasonPhrase,
            RequestMessage = request,
            Content = new PassingContent(new ReplayStream(recording.Body, _pace)),
        };
        foreach (var header in recording.ResponseHeaders.Where(static header => !IsAboutTheWire(header.Key)))
        {
            if (!response.Headers.TryAddWithoutValidation(header.Key, header.Value))
            {
                response.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }

        return response;
    }

    // An edited body has another length.
    private static bool IsAboutTheWire(string name) =>
        name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase);
}
