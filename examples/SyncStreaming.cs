namespace OpenAIStream.Examples;

/// <summary>Reads the first chunk by hand, then loops over the rest, blocking.</summary>
internal static class SyncStreaming
{
    public static void Run()
    {
        using var client = new OpenAIClient();
        using var stream = client.Completions.CreateStreaming(new CompletionRequest
        {
            Model = "llama3.2",
            Prompt = "Explain streaming in one sentence.",
            MaxTokens = 50,
            Temperature = 0,
        });

        if (stream.MoveNext())
        {
            Console.WriteLine($"First chunk: {stream.Current.ToJson()}");
        }

        foreach (var chunk in stream.ToBlockingEnumerable())
        {
            Console.WriteLine(chunk.ToJson());
        }
    }
}
