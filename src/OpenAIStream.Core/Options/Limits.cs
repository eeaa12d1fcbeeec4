namespace OpenAIStream;

/// <summary>The valid limits of time and size.</summary>
internal static class Limits
{
    /// <summary>Whether a time can be a timeout. Timers do not support longer times.</summary>
    public static bool IsTimeout(TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan || (time > TimeSpan.Zero && time.TotalMilliseconds <= int.MaxValue);

    /// <exception cref="ApiConfigurationException">The time is not a valid timeout.</exception>
    public static void CheckTime(TimeSpan time, string name)
    {
        if (!IsTimeout(time))
        {
            throw new ApiConfigurationException($"{name} must be above 0 and below 25 days, or Timeout.InfiniteTimeSpan.");
        }
    }

    /// <exception cref="ApiConfigurationException">The limit would not allow anything.</exception>
    public static void Check(long? limit, string name)
    {
        if (limit < 1)
        {
            throw new ApiConfigurationException($"{name} must be 1 or more; null means no limit.");
        }
    }
}
