namespace OpenAIStream;

/// <summary>Speech: the same request returns bytes, or events with audio.</summary>
internal sealed class SpeechEndpoint(OpenAIClient client)
    : StreamingEndpoint<SpeechRequest, JsonMap, SpeechEvent>(client, "audio/speech")
{
    public async Task<Stream> CreateBytesAsync(SpeechRequest request, RequestOptions? options, CancellationToken cancellationToken)
    {
        var toSend = ToApiRequest(request, false, options) with { Accept = "*/*" };
        return await Client.OpenAudioAsync(toSend, cancellationToken).ConfigureAwait(false);
    }

    // This API has its own field to request a stream.
    private protected override ApiRequest ToApiRequest(SpeechRequest request, bool stream, RequestOptions? options)
    {
        Guard.NotNull(request, nameof(request));
        var body = request.Copy();
        body.Remove("stream");
        body.Remove("stream_format");
        if (stream)
        {
            body["stream_format"] = "sse";
        }

        return base.ToApiRequest(request, stream, options) with { Body = RequestBody.FromJson(body) };
    }
}
