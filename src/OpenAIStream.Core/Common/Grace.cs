namespace OpenAIStream;

/// <summary>A wait for something that may never come. Real time, whatever the clock.</summary>
internal static class Grace
{
    /// <summary>Completes with a task, however it ended, or when it has taken this long; the task then continues on its own.</summary>
    public static Task AtMostAsync(Task task, TimeSpan time) => task.IsCompleted ? Task.CompletedTask : WaitAsync(task, time);

    private static async Task WaitAsync(Task task, TimeSpan time)
    {
        using var ended = new CancellationTokenSource();
        await Task.WhenAny(task, Task.Delay(time, ended.Token)).ConfigureAwait(false);
        ended.Cancel(); // the timer of the delay
    }
}
