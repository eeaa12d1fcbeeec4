#pragma warning disable OPENAI001 // the Responses API of these libraries is marked as subject to change
using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using OpenAI.Responses;

namespace OpenAIStream.Bench;

/// <summary>The official library and Microsoft's layer on top of it, from the body of the HTTP response to the text.</summary>
internal static class Peers
{
    private static readonly ApiKeyCredential Key = new("none");

    public static long OpenAIChat(Stream bytes)
    {
        using var http = new HttpClient(new Canned(bytes));
        long characters = 0;
        foreach (var update in Chat(http).CompleteChatStreaming(new UserChatMessage("hi")))
        {
            foreach (var part in update.ContentUpdate)
            {
                characters += part.Text?.Length ?? 0;
            }
        }

        return characters;
    }

    public static long ExtensionsChat(Stream bytes)
    {
        using var http = new HttpClient(new Canned(bytes));
        using var client = Chat(http).AsIChatClient();
        return Sum(client.GetStreamingResponseAsync("hi"), static update => update.Text.Length);
    }

    public static long OpenAIResponse(Stream bytes)
    {
        using var http = new HttpClient(new Canned(bytes));
        var updates = Responses(http).CreateResponseStreamingAsync("gpt-5", "hi").GetAwaiter().GetResult();
        return Sum(updates, static update => 1 + update switch
        {
            StreamingResponseOutputTextDeltaUpdate text => text.Delta?.Length ?? 0,
            StreamingResponseReasoningSummaryTextDeltaUpdate reasoning => reasoning.Delta?.Length ?? 0,
            StreamingResponseFunctionCallArgumentsDeltaUpdate arguments => (int)arguments.Delta.Length,
            _ => 0,
        });
    }

    private static ChatClient Chat(HttpClient http) =>
        new("gpt-4o", Key, new OpenAI.OpenAIClientOptions { Transport = new HttpClientPipelineTransport(http) });

    private static ResponsesClient Responses(HttpClient http) =>
        new(Key, new ResponsesClientOptions { Transport = new HttpClientPipelineTransport(http) });

    private static long Sum<T>(IAsyncEnumerable<T> updates, Func<T, int> length)
    {
        return SumAsync().GetAwaiter().GetResult();

        async Task<long> SumAsync()
        {
            long sum = 0;
            await foreach (var update in updates)
            {
                sum += length(update);
            }

            return sum;
        }
    }

    private sealed class Canned(Stream body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Send(request, cancellationToken));

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var content = new StreamContent(body);
            content.Headers.ContentType = new("text/event-stream");
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
        }
    }
}
