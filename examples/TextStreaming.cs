namespace OpenAIStream.Examples;

/// <summary>Shows the text as it arrives; Ctrl+C closes the connection.</summary>
internal static class TextStreaming
{
    public static async Task RunAsync()
    {
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };

        using var client = new OpenAIClient();
        var request = new CompletionRequest { Model = "llama3.2", Prompt = "Explain streaming in one sentence." };
        await using var stream = await client.Completions.CreateStreamingAsync(request, cancellationToken: stop.Token);
        await foreach (var chunk in stream)
        {
            Console.Write(chunk.Text);
        }

        Console.WriteLine();
    }
}
