namespace OpenAIStream.Examples;

/// <summary>
/// Unit tests without a server: your code takes an <see cref="OpenAIClient"/>, and a test gives it one that sends nothing.
/// The test makes up streams, answers and errors.
/// </summary>
internal static class FakeClient
{
    public static async Task RunAsync()
    {
        // An answer that streams in two chunks.
        await Expect("Streams flow.", () => SseStream.FromChunks([Chunk("Streams"), Chunk(" flow.")]));

        // A busy service that says how long to wait.
        await Expect("Try again in 7 s.", () => throw new RateLimitException("Slow down.") { RetryAfter = TimeSpan.FromSeconds(7), RequestId = "req_1" });

        // A connection that breaks in the middle.
        await Expect("Streams (cut off)", () => SseStream.FromChunks([Chunk("Streams")], isCut: true));
    }

    private static async Task Expect(string expected, Func<SseStream<ChatCompletionChunk>> answer)
    {
        var client = new Client(answer);
        string actual = await new Summarizer(client).SummarizeAsync("What is streaming?");
        Console.WriteLine($"{(actual == expected && client.Requests.Single().Model == "gpt-6-luna" ? "passed" : "FAILED")}: {actual}");
    }

    private static ChatCompletionChunk Chunk(string text) => JsonModel.FromJson<ChatCompletionChunk>(
        $$"""{"choices":[{"index":0,"delta":{"content":"{{text}}"},"finish_reason":null}]}""");

    /// <summary>The code under test.</summary>
    private sealed class Summarizer(OpenAIClient client)
    {
        public async Task<string> SummarizeAsync(string text)
        {
            var request = new ChatCompletionRequest { Model = "gpt-6-luna", Messages = [new("user", $"Summarize: {text}")] };
            try
            {
                await using var stream = await client.Chat.CreateStreamingAsync(request);
                return string.Concat(await stream.Select(chunk => chunk.Text).ToListAsync());
            }
            catch (RateLimitException busy)
            {
                return $"Try again in {busy.RetryAfter?.TotalSeconds} s.";
            }
            catch (StreamEndedEarlyException cut)
            {
                return $"{cut.PartialText} (cut off)";
            }
        }
    }

    /// <summary>The fake: overrides the methods that the code under test calls, and keeps the requests.</summary>
    private sealed class Client(Func<SseStream<ChatCompletionChunk>> answer) : OpenAIClient
    {
        public List<ChatCompletionRequest> Requests { get; } = [];

        public override StreamingEndpoint<ChatCompletionRequest, ChatCompletion, ChatCompletionChunk> Chat => new ChatEndpoint(this, answer);

        private sealed class ChatEndpoint(Client client, Func<SseStream<ChatCompletionChunk>> answer)
            : StreamingEndpoint<ChatCompletionRequest, ChatCompletion, ChatCompletionChunk>
        {
            public override Task<SseStream<ChatCompletionChunk>> CreateStreamingAsync(
                ChatCompletionRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default)
            {
                client.Requests.Add(request);
                return Task.FromResult(answer());
            }
        }
    }
}
