namespace OpenAIStream.Tests.Sse;

/// <summary>Whether slow tests may run: OPENAISTREAM_LONG=1.</summary>
internal static class LongRun
{
    public static bool Is { get; } = Environment.GetEnvironmentVariable("OPENAISTREAM_LONG") == "1";
}
