using OpenAIStream;
using OpenAIStream.Examples;

// dotnet run --project examples -- sync|async|text|fake
// All of them except fake complete a text. OpenAI has retired its completion models: set OPENAI_BASE_URL to a server that has
// the endpoint, such as llama.cpp, vLLM or Ollama, and name one of its models.
try
{
    switch (args.FirstOrDefault())
    {
        case "sync":
            SyncStreaming.Run();
            break;
        case "async":
            await AsyncStreaming.RunAsync();
            break;
        case "text":
            await TextStreaming.RunAsync();
            break;
        case "fake":
            await FakeClient.RunAsync();
            break;
        default:
            Console.Error.WriteLine("Which example? sync, async, text or fake.");
            return 2;
    }

    return 0;
}
catch (ApiException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
catch (OperationCanceledException)
{
    return 130;
}
