namespace OpenAIStream;

/// <summary>The body of a response as bytes, for a caller who did not request events: read as it arrives, with the timeouts of the call.</summary>
internal sealed class BodyStream : ReadOnlyStream
{
    private readonly OpenBody _body;
    private readonly Call _call;
    private bool _isAtEnd;

    public BodyStream(OpenBody body, Call call)
    {
        _body = body;
        _call = call;
    }

    /// <summary>Takes a response as audio; if a service sends events anyway, the audio in them.</summary>
    /// <exception cref="ApiException">The response is an error, or text, or empty.</exception>
    public static async Task<Stream> OpenAsync(HttpResponseMessage message, Call call, long? maxEventBytes)
    {
        var body = await OpenBody.OpenAsync(message, call).ConfigureAwait(false);
        try
        {
            byte[] start = await body.PeekAsync().ConfigureAwait(false);
            if (start.Length == 0)
            {
                throw MediaDecoder.Missing("audio");
            }

            if (SseFrame.IsStart(BodyKind.Start(start)))
            {
                var joined = (SpeechEvent)await WholeAnswer.JoinAsync<SpeechEvent>(body, call, maxEventBytes, null).ConfigureAwait(false);
                return new MemoryStream(joined.ToBytes(), writable: false);
            }

            await CheckAsync(body, start, message, call).ConfigureAwait(false);
            call.Release(); // until somebody reads
            return new BodyStream(body, call);
        }
        catch (Exception exception)
        {
            if (exception is ApiException error)
            {
                error.RequestId ??= body.RequestId;
            }

            body.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a body that is not audio, by its type or its beginning.</summary>
    private static async Task CheckAsync(OpenBody body, byte[] start, HttpResponseMessage message, Call call)
    {
        bool isText = BodyKind.IsText(start) || body.MediaType == "application/json" || body.MediaType.StartsWith("text/", StringComparison.Ordinal);
        if (!isText)
        {
            return;
        }

        if (BodyKind.FirstCharacter(start) is '{' or '[')
        {
            byte[] json = await body.ReadAllAsync(OpenBody.Nothing).ConfigureAwait(false);
            WholeAnswer.Read<JsonMap>(json, message, call); // throws the error in it
            throw BodyKind.Unexpected("audio", body.MediaType, json, body.RequestId, call.Secrets);
        }

        var error = await BodyKind.UnexpectedAsync("audio", body, OpenBody.Nothing, call.Secrets).ConfigureAwait(false);
        throw BodyKind.FirstCharacter(start) == '<' ? error
            : new ResponseFormatException(error.Message) { Body = error.Body, RequestId = error.RequestId, MissingMedia = "audio" };
    }

    /// <exception cref="ApiException">The network failed.</exception>
    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        if (_isAtEnd)
        {
            return 0;
        }

        using var stopping = cancellationToken.Register(() => Close(StreamEnd.Canceled));
        _call.Hold();
        try
        {
            int read = await _body.ReadAsync(new ArraySegment<byte>(buffer, offset, count)).ConfigureAwait(false);
            _call.Telemetry?.Observe(null);
            if (read == 0 && count > 0)
            {
                _isAtEnd = true;
                Close(StreamEnd.Finished); // read to its end, so that the connection is reused
            }

            return read;
        }
        catch (Exception exception)
        {
            _call.Telemetry?.End(exception.ToStreamEnd(), exception);
            cancellationToken.ThrowIfCancellationRequested();
            if (exception is ApiException error)
            {
                error.RequestId ??= _body.RequestId;
            }

            throw;
        }
        finally
        {
            _call.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close(StreamEnd.Disposed);
        }

        base.Dispose(disposing);
    }

    private void Close(StreamEnd end)
    {
        _call.Telemetry?.End(end); // unless it has already ended
        _call.Dispose();
        _body.Dispose();
    }
}
