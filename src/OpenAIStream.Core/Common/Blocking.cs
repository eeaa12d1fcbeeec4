namespace OpenAIStream;

/// <summary>
/// Waits for asynchronous work on the calling thread. There is one reading path and it is asynchronous, because HTTP/2
/// has no synchronous one; nothing below ever needs the caller's context, so that waiting cannot deadlock.
/// </summary>
internal static class Blocking
{
    public static void Wait(Task task) => task.GetAwaiter().GetResult();

    public static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
