using System.Net;
using System.Text;
using OpenAIStream;

namespace PackageConsumer;

internal static class Answers
{
    public const string Completion = """
        data: {"choices":[{"index":0,"text":"Hello","finish_reason":null}]}

        data: {"choices":[{"index":0,"text":" world","finish_reason":"stop"}]}

        data: [DONE]


        """;

    public const string Response = """
        data: {"type":"response.created","response":{"id":"resp_1"}}

        data: {"type":"response.output_text.delta","delta":"Hello"}

        data: {"type":"response.output_text.delta","delta":" world"}

        data: {"type":"response.completed","response":{"id":"resp_1"}}


        """;
}

/// <summary>A fake network.</summary>
internal sealed class Answering(string events) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(events, Encoding.UTF8, "text/event-stream") });
}

internal sealed class Counting : DelegatingHandler
{
    public List<string> Addresses { get; } = [];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Addresses.Add(request.RequestUri!.ToString());
        return base.SendAsync(request, cancellationToken);
    }
}

internal sealed class FakeClient : OpenAIClient
{
    public override StreamingEndpoint<ChatCompletionRequest, ChatCompletion, ChatCompletionChunk> Chat { get; } = new FakeChat();

    private sealed class FakeChat : StreamingEndpoint<ChatCompletionRequest, ChatCompletion, ChatCompletionChunk>
    {
        public override Task<SseStream<ChatCompletionChunk>> CreateStreamingAsync(
            ChatCompletionRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(SseStream.FromChunks([JsonModel.FromJson<ChatCompletionChunk>("""{"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}""")]));

        public override Task<ChatCompletion> CreateAsync(
            ChatCompletionRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new RateLimitException("Slow down.") { RetryAfter = TimeSpan.FromSeconds(7), RequestId = "req_1" };
    }
}

internal static class Is
{
    public static void True(bool condition, string? otherwise)
    {
        if (!condition)
        {
            throw new InvalidOperationException(otherwise);
        }
    }

    public static void Equal<T>(T expected, T actual) => True(EqualityComparer<T>.Default.Equals(expected, actual), $"expected {expected}, but it is {actual}");

    public static T Thrown<T>(Action action) where T : Exception
    {
        try
        {
            action();
        }
        catch (T error)
        {
            return error;
        }

        throw new InvalidOperationException($"no {typeof(T).Name} was thrown");
    }
}
