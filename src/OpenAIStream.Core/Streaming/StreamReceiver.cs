namespace OpenAIStream;

/// <summary>What waiting for more bytes came to.</summary>
internal enum Received
{
    /// <summary>There are more bytes.</summary>
    Bytes,

    /// <summary>The body has ended in order.</summary>
    End,

    /// <summary>Nothing comes after the last event, and the connection stays open.</summary>
    Silence,
}

/// <summary>
/// Brings the bytes of a stream to its parser: from the response that it began with and, where that can be, from another
/// that goes on where it broke.
/// </summary>
internal sealed class StreamReceiver(OpenResponse response, long? maxEventBytes)
{
    // Some servers keep the connection open after a stream's last event; others have more to say. Real time, whatever the clock.
    private static readonly TimeSpan LastEventGrace = TimeSpan.FromMilliseconds(250);

    private CancellationToken _readerToken;

    public OpenResponse Response { get; private set; } = response;

    public SseParser Parser { get; private set; } = new(maxEventBytes);

    /// <summary>Opens the response anew where it broke; null when that cannot be. Not set where a broken stream is over.</summary>
    public Func<ApiConnectionException, Call, Task<OpenResponse?>>? Resume { get; set; }

    /// <summary>Ends the call also when this token is cancelled.</summary>
    public void StopWith(CancellationToken token)
    {
        _readerToken = token;
        Response.Call.StopWith(token);
    }

    /// <summary>Waits for more bytes, or for the end.</summary>
    /// <param name="isLastEventSeen">All has been said: what else comes is taken, and silence is an end.</param>
    /// <exception cref="ApiException">The connection broke, or was silent for too long.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async Task<Received> ReceiveAsync(bool isLastEventSeen)
    {
        var call = Response.Call;
        try
        {
            var reading = Response.ReadAsync(Parser.FreeSpace());
            if (!reading.IsCompleted)
            {
                call.BeginWait();
            }

            int? count = isLastEventSeen ? await WithinGraceAsync(reading.AsTask()).ConfigureAwait(false) : await reading.ConfigureAwait(false);
            Parser.Received(count ?? 0);
            return count switch { null => Received.Silence, 0 => Received.End, _ => Received.Bytes };
        }
        catch (Exception exception) when (exception is not ApiException)
        {
            throw ConnectionErrors.ExplainBody(exception, call);
        }
        finally
        {
            call.EndWait();
        }
    }

    /// <summary>Goes on with another response. False when there is none to go on with.</summary>
    public async Task<bool> TryResumeAsync(ApiConnectionException broken)
    {
        if (Resume is null || await Resume(broken, Response.Call).ConfigureAwait(false) is not OpenResponse again)
        {
            return false;
        }

        Response.Dispose();
        Response = again;
        Parser = new SseParser(maxEventBytes);
        again.Call.StopWith(_readerToken);
        return true;
    }

    private static async Task<int?> WithinGraceAsync(Task<int> reading)
    {
        await Task.WhenAny(reading, Task.Delay(LastEventGrace)).ConfigureAwait(false);
        if (reading.Status == TaskStatus.RanToCompletion)
        {
            return await reading.ConfigureAwait(false);
        }

        _ = reading.ContinueWith(static ended => ended.Exception, TaskScheduler.Default); // it ends when the response is closed
        return null;
    }
}
