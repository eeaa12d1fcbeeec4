namespace OpenAIStream;

/// <summary>The request was only described and not sent, because <see cref="RequestOptions.DryRun"/> was set.</summary>
/// <param name="request">What would have been sent, and where.</param>
public sealed class RequestNotSentException(RequestSending request)
    : InvalidOperationException($"Not sent because of RequestOptions.DryRun: {request?.Method} {request?.Address}")
{
    /// <summary>What would have been sent, and where.</summary>
    public RequestSending Request { get; } = request ?? throw new ArgumentNullException(nameof(request));
}
