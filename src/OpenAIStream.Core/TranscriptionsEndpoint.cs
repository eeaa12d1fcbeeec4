namespace OpenAIStream;

/// <summary>Transcriptions: the request is a form with a file.</summary>
internal sealed class TranscriptionsEndpoint(OpenAIClient client) : StreamingEndpoint<TranscriptionRequest, Transcription, TranscriptionEvent>(client, "audio/transcriptions")
{
    private protected override ApiRequest ToApiRequest(TranscriptionRequest request, bool stream, RequestOptions? options)
    {
        var toSend = base.ToApiRequest(request, stream, options);
        if (request.Audio is null)
        {
            throw new ArgumentException("A transcription needs audio: set Audio to the bytes of the file.", nameof(request));
        }

        var form = new RequestForm();
        form.Add(request, stream);
        form.AddFile("file", request.FileName, request.Audio);
        return toSend with
        {
            Body = form,
            Accept = request.IsPlainText ? "*/*" : toSend.Accept,
        };
    }
}
