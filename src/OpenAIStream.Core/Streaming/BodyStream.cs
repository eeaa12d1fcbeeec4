namespace OpenAIStream;

/// <summary>The body of a response as bytes, for a caller who asked for no events: read as it arrives, under the call's timeouts.</summary>
internal sealed class BodyStream : ReadOnlyStream
{
    private readonly OpenBody _body;
    private readonly Call _call;
    private bool _isAtEnd;

    private BodyStream(OpenBody body, Call call)
    {
        _body = body;
        _call = call;
    }

    /// <summary>Takes a response as bytes of another kind than text that speaks of an error.</summary>
    /// <exception cref="ApiException">It is an error, or text.</exception>
    public static async Task<BodyStream> OpenAsync(HttpResponseMessage message, Call call)
    {
        var body = await OpenBody.OpenAsync(message, call).ConfigureAwait(false);
        try
        {
            if (body.MediaType == "application/json")
            {
                byte[] json = await body.ReadRestAsync(OpenBody.Nothing, int.MaxValue).ConfigureAwait(false);
                WholeAnswer.Read<JsonMap>(json, message, call.Secrets); // raises the error that it holds
                throw await BodyKind.UnexpectedAsync("file", body, new ArraySegment<byte>(json), call.Secrets).ConfigureAwait(false);
            }

            if (body.MediaType is "text/html" or "text/event-stream")
            {
                throw await BodyKind.UnexpectedAsync("file", body, OpenBody.Nothing, call.Secrets).ConfigureAwait(false);
            }

            call.Release(); // until somebody reads
            return new BodyStream(body, call);
        }
        catch
        {
            body.Dispose();
            throw;
        }
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
                Close(StreamEnd.Finished); // read to its end, so that the connection is used again
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
        _call.Telemetry?.End(end); // unless it has ended before
        _call.Dispose();
        _body.Dispose();
    }
}
