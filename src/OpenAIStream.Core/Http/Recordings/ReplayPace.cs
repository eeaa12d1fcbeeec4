using System.Net.Sockets;

namespace OpenAIStream;

/// <summary>Waits for the pauses of a replay, and raises its faults.</summary>
internal sealed class ReplayPace(double speed, TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>Waits as long as the step says; a fault throws the exception that the network would throw.</summary>
    public Task WaitAsync(RecordingStep step, CancellationToken stop) => step switch
    {
        RecordedPause pause => DelayAsync(speed > 0 ? pause.Time.TotalMilliseconds / speed : 0, stop),
        RecordedFault { Kind: RecordedFaultKind.Stall } stall => StallAsync(stall.Time, stop),
        RecordedFault fault => throw ExceptionFor(fault),
        _ => Task.CompletedTask,
    };

    // A test of a timeout should not have to wait for it, so there is no delay here either.
    private static Exception ExceptionFor(RecordedFault fault) => fault.Kind switch
    {
        RecordedFaultKind.Close => new SocketClosedException(fault.CloseCode ?? 1006, fault.CloseReason),
        RecordedFaultKind.Refused => new HttpRequestException("The recording contains a refused connection.", new SocketException((int)SocketError.ConnectionRefused)),
        RecordedFaultKind.Timeout => new TaskCanceledException("The recording contains a connection timeout.", new TimeoutException()),
        RecordedFaultKind.Reset => new IOException("The recording contains a connection reset.", new SocketException((int)SocketError.ConnectionReset)),
        _ => new IOException("The recording ends here."),
    };

    private Task StallAsync(TimeSpan? time, CancellationToken stop) =>
        time is TimeSpan wait ? DelayAsync(wait.TotalMilliseconds, stop) : clock.Delay(Timeout.InfiniteTimeSpan, stop);

    private Task DelayAsync(double milliseconds, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        return milliseconds > 0 ? clock.Delay(TimeSpan.FromMilliseconds(Math.Min(milliseconds, Longest.TotalMilliseconds)), stop) : Task.CompletedTask;
    }
}
