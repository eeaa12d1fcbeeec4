using OpenAIStream.Loopback;

namespace OpenAIStream.Tests.Engine;

/// <summary>Commands to run and scripted answers.</summary>
internal static class Scripts
{
    public const string Completion = "Invoke-OpenAICompletion hi -Model m -Stream";
    public const string Chat = "Invoke-OpenAIChatCompletion hi -Stream";
    public const string BackgroundResponse = "Invoke-OpenAIResponse hi -Stream -Background";
    public const string WholeChat = "Invoke-OpenAIChatCompletion hi";

    /// <summary>Records the time; the code after it leaves the pipeline.</summary>
    public const string Leaving = "$global:leftAt = [Diagnostics.Stopwatch]::GetTimestamp()";

    /// <summary>A chunk that both APIs accept: each reads its own field.</summary>
    public static string Chunk(string text, string finishReason = "null") =>
        $$"""{"choices":[{"index":0,"text":"{{text}}","delta":{"content":"{{text}}"},"finish_reason":{{finishReason}}}]}""";

    public static Reply OneChunkThenSilence => Reply.Sse(Chunk("one")).Stall();

    public static Reply ChunksForAMinute
    {
        get
        {
            var reply = Reply.Sse(Chunk("one"));
            for (int count = 0; count < 3000; count++)
            {
                reply = reply.Delay(20).Send($"data: {Chunk("more")}\n\n");
            }

            return reply;
        }
    }
}
