namespace OpenAIStream;

/// <summary>
/// Waits for asynchronous work on the calling thread. There is only one way to read, and it is asynchronous, because HTTP/2
/// has no synchronous one. The work can run code of the caller, such as a token provider, that needs its synchronization
/// context. So if there is one, the work starts without it, and waiting cannot block it.
/// </summary>
internal static class Blocking
{
    private static bool HasContext => SynchronizationContext.Current is not null || TaskScheduler.Current != TaskScheduler.Default;

    /// <summary>Starts work and waits for it.</summary>
    public static T Run<T>(Func<Task<T>> start) => (HasContext ? Task.Run(start) : start()).GetAwaiter().GetResult();

    /// <summary>Starts work that returns nothing and waits for it.</summary>
    public static void Run(Func<Task> start) => (HasContext ? Task.Run(start) : start()).GetAwaiter().GetResult();

    /// <summary>The same without an allocation if there is no context.</summary>
    public static T Run<TState, T>(Func<TState, Task<T>> start, TState state) =>
        HasContext ? Run(() => start(state)) : start(state).GetAwaiter().GetResult();
}
