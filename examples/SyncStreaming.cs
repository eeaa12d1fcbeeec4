namespace OpenAIStream.Examples;

/// <summary>Reads the first chunk by hand, then loops over the rest, blocking. The key comes from OPENAI_API_KEY.</summary>
internal static class SyncStreaming
{
    public static void Run()
    {
        using var client = new OpenAIClient();
        using var stream = client.Completions.CreateStreaming(new CompletionRequest
        {
            Model = "gpt-3.5-turbo-instruct",
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
