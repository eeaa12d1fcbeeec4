namespace OpenAIStream;

/// <summary>A body that is recorded while it is read.</summary>
internal sealed class RecordingStream(Stream body, ExchangeRecorder recorder) : ReadOnlyStream
{
    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        int read;
        try
        {
            read = await body.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            recorder.Broke(exception);
            throw;
        }

        if (read > 0)
        {
            recorder.Received(buffer, offset, read);
        }
        else if (count > 0)
        {
            recorder.End(null);
        }

        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
            recorder.LetGo();
        }

        base.Dispose(disposing);
    }
}
