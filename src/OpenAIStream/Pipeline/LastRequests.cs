using System.Collections.Concurrent;

namespace OpenAIStream;

/// <summary>Requests that nobody waits for. A process that exits waits for those in progress, but not for long.</summary>
internal static class LastRequests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly ConcurrentDictionary<Task, bool> Pending = new();

    static LastRequests() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => Task.WaitAll([.. Pending.Keys], Patience);

    /// <param name="request">A request that never fails.</param>
    public static void Add(Task request)
    {
        Pending.TryAdd(request, true);
        request.ContinueWith(static done => Pending.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
