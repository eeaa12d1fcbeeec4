using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>The body of a response as bytes, for who asked for no events: it is read as it arrives, under the call's timeouts.</summary>
[SuppressMessage("Performance", "CA1844", Justification = "The overrides for memory do not exist in .NET Standard 2.0; the base calls these.")]
internal sealed class BodyStream(OpenResponse response) : Stream
{
    private bool _isAtEnd;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="ApiException">The network failed.</exception>
    public override int Read(byte[] buffer, int offset, int count) => Blocking.Wait(ReadAsync(buffer, offset, count, CancellationToken.None));

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

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            response.Dispose();
        }

        base.Dispose(disposing);
    }
}
