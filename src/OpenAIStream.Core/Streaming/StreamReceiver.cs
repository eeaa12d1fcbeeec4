namespace OpenAIStream;

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

    /// <summary>Whether nothing came after the last event, and the connection stayed open.</summary>
    public bool IsSilent { get; private set; }

    /// <summary>Opens the response anew where it broke; null when that cannot be. Not set where a broken stream is over.</summary>
    public Func<ApiConnectionException, Call, Task<OpenResponse?>>? Resume { get; set; }

    /// <summary>Ends the call also when this token is cancelled.</summary>
    public void StopWith(CancellationToken token)
    {
        _readerToken = token;
        Response.Call.StopWith(token);
    }

    /// <summary>Waits for more bytes; false when there are none: the body has ended in order, or is silent.</summary>
    /// <param name="isLastEventSeen">All has been said: what else comes is taken, and silence is an end.</param>
    /// <exception cref="ApiException">The connection broke, or was silent for too long.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    /// <exception cref="ResponseFormatException">The body is no event stream.</exception>
    public async Task<bool> ReceiveAsync(bool isLastEventSeen) // of bool: .NET has that one compiled, 15 methods
    {
        var call = Response.Call;
        try
        {
            var space = Parser.FreeSpace();
            var reading = Response.ReadAsync(space);
            if (!reading.IsCompleted)
            {
                call.BeginWait();
            }

            int? received = isLastEventSeen ? await WithinGraceAsync(reading.AsTask()).ConfigureAwait(false) : await reading.ConfigureAwait(false);
            IsSilent = received is null;
            int count = await Response.JudgeAsync(space, received ?? 0).ConfigureAwait(false);
            Parser.Received(count);
            return count > 0;
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
