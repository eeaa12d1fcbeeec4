namespace OpenAIStream;

/// <summary>Limits of time and size that make sense.</summary>
internal static class Limits
{
    /// <summary>Whether a time can be a timeout. No timer goes further than that.</summary>
    public static bool IsTimeout(TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan || (time > TimeSpan.Zero && time.TotalMilliseconds <= int.MaxValue);

    /// <exception cref="ApiConfigurationException">The time can be no timeout.</exception>
    public static void CheckTime(TimeSpan time, string name)
    {
        if (!IsTimeout(time))
        {
            throw new ApiConfigurationException($"{name} must be above 0 and below 25 days, or Timeout.InfiniteTimeSpan.");
        }
    }

    /// <exception cref="ApiConfigurationException">The limit lets nothing pass.</exception>
    public static void Check(long? limit, string name)
    {
        if (limit < 1)
        {
            throw new ApiConfigurationException($"{name} must be 1 or more; null means no limit.");
        }
    }
}
