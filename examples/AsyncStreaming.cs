namespace OpenAIStream.Examples;

/// <summary>The same loop without blocking.</summary>
internal static class AsyncStreaming
{
    public static async Task RunAsync()
    {
        using var client = new OpenAIClient();
        await using var stream = await client.Completions.CreateStreamingAsync(new CompletionRequest
        {
            Model = "llama3.2",
            Prompt = "Explain streaming in one sentence.",
            MaxTokens = 50,
            Temperature = 0,
        });

        if (await stream.MoveNextAsync())
        {
            Console.WriteLine($"First async chunk: {stream.Current.ToJson()}");
        }

        await foreach (var chunk in stream)
        {
            Console.WriteLine(chunk.ToJson());
        }
    }
}
