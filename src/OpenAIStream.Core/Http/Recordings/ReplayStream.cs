namespace OpenAIStream;

/// <summary>A recorded body as it arrived: no read spans a pause.</summary>
internal sealed class ReplayStream(IReadOnlyList<RecordingStep> steps, ReplayPace pace) : ReadOnlyStream
{
    private int _step;
    private int _taken;

    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        for (; _step < steps.Count; _step++)
        {
            if (steps[_step] is RecordedBytes piece && piece.Bytes.Length > _taken)
            {
                int given = Math.Min(count, piece.Bytes.Length - _taken);
                piece.Bytes.Span.Slice(_taken, given).CopyTo(buffer.AsSpan(offset));
                _taken += given;
                return given;
            }

            _taken = 0;
            await pace.WaitAsync(steps[_step], cancellationToken).ConfigureAwait(false);
        }

        return 0;
    }
}
