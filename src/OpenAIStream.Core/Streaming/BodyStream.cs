namespace OpenAIStream;

/// <summary>The body of a response as bytes, for who asked for no events: it is read as it arrives, under the call's timeouts.</summary>
internal sealed class BodyStream(OpenResponse response) : ReadOnlyStream
{
    private bool _isAtEnd;

    /// <exception cref="ApiException">The network failed.</exception>
    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        if (_isAtEnd)
        {
            return 0;
        }

        using var stopping = cancellationToken.Register(response.Dispose);
        var call = response.Call;
        try
        {
            call.BeginWait();
            int read = await response.ReadAsync(new ArraySegment<byte>(buffer, offset, count)).ConfigureAwait(false);
            if (read == 0 && count > 0)
            {
                _isAtEnd = true;
                response.Dispose(); // read to its end, so that the connection is used again
            }

            return read;
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var reason = ConnectionErrors.ExplainBody(exception, call);
            if (reason is ApiException error)
            {
                error.RequestId ??= response.RequestId;
            }

            throw reason;
        }
        finally
        {
            call.EndWait();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            response.Dispose();
        }

        base.Dispose(disposing);
    }
}
