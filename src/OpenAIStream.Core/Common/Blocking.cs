namespace OpenAIStream;

/// <summary>
/// Waits for asynchronous work on the calling thread. There is one reading path and it is asynchronous, because HTTP/2 has
/// no synchronous one. The work may run code of the caller's, such as a token provider, that wants its context back: where
/// there is a context, the work starts without it, so that waiting for it cannot block it.
/// </summary>
internal static class Blocking
{
    private static bool HasContext => SynchronizationContext.Current is not null || TaskScheduler.Current != TaskScheduler.Default;

    /// <summary>Starts work and waits for it.</summary>
    public static T Run<T>(Func<Task<T>> start) => (HasContext ? Task.Run(start) : start()).GetAwaiter().GetResult();

    /// <summary>Starts work that returns nothing and waits for it.</summary>
    public static void Run(Func<Task> start) => (HasContext ? Task.Run(start) : start()).GetAwaiter().GetResult();

    /// <summary>The same without an allocation where there is no context.</summary>
    public static T Run<TState, T>(Func<TState, Task<T>> start, TState state) =>
        HasContext ? Run(() => start(state)) : start(state).GetAwaiter().GetResult();
}
