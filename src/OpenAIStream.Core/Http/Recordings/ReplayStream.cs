namespace OpenAIStream;

/// <summary>A recorded body as it arrived: no read spans a pause, and what was sent meanwhile has to be sent again.</summary>
internal sealed class ReplayStream(IReadOnlyList<RecordingStep> steps, ReplayPace pace) : ReadOnlyStream
{
    private readonly SemaphoreSlim _sent = new(0);
    private readonly Queue<RecordedSent> _toBeSent = new(steps.OfType<RecordedSent>());
    private int _step;
    private int _taken;

    /// <summary>Takes what the client sends while it reads.</summary>
    /// <param name="frame">What is sent.</param>
    /// <param name="match">Whether it has to be what was recorded.</param>
    /// <exception cref="ApiException">Something else was sent then, or nothing.</exception>
    public void Send(byte[] frame, RecordingMatch match)
    {
        lock (_toBeSent)
        {
            string? wrong = _toBeSent.Count == 0 ? "nothing that was sent while the response was written, or no more of it"
                : match.HasFlag(RecordingMatch.Body) && RecordedRequest.Json(frame) is { } asked && RecordedRequest.Json(_toBeSent.Peek().Text) is { } recorded
                    && JsonDifference.Between(asked, recorded).FirstOrDefault() is string difference ? $"other input for the response: {difference}"
                : null;
            if (wrong is not null)
            {
                throw new ApiException($"The recording holds {wrong}. Record the exchange again, or let the body differ (MatchOn).");
            }

            _toBeSent.Dequeue();
        }

        _sent.Release();
    }

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
            await (steps[_step] is RecordedSent ? _sent.WaitAsync(cancellationToken) : pace.WaitAsync(steps[_step], cancellationToken)).ConfigureAwait(false);
        }

        return 0;
    }
}
