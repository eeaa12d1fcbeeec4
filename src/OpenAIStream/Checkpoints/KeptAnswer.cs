namespace OpenAIStream;

/// <summary>What a line of a checkpoint must contain to be used as an answer. Somebody may have edited it.</summary>
internal static class KeptAnswer
{
    private const double LongestSeconds = 1e9;

    /// <summary>Whether a line contains an answer of a type.</summary>
    public static bool Is<TWhole>(JsonMap line) where TWhole : ModelOutput =>
        line[CheckpointLine.AnswerField] is JsonMap answer
        && (Content<TWhole>() is string field ? answer[field] is Array : typeof(TWhole) != typeof(Transcription) || answer["text"] is string || answer["segments"] is Array)
        && answer.GetFieldNames().Any();

    /// <summary>How long the answer took; zero if the line does not contain that.</summary>
    public static TimeSpan Duration(JsonMap line) => line[CheckpointLine.SecondsField] switch
    {
        double seconds when seconds is >= 0 and <= LongestSeconds => TimeSpan.FromSeconds(seconds),
        long seconds when seconds is >= 0 and <= (long)LongestSeconds => TimeSpan.FromSeconds(seconds),
        _ => TimeSpan.Zero,
    };

    /// <summary>The field with the list that every answer of a type has; null if there is none.</summary>
    private static string? Content<TWhole>() =>
        typeof(TWhole) == typeof(ChatCompletion) || typeof(TWhole) == typeof(Completion) ? "choices"
        : typeof(TWhole) == typeof(ImageResult) ? "data"
        : null;
}
