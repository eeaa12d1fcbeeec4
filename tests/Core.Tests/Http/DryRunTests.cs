using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

/// <summary>A dry run reports what would be sent, and uses nothing: the handler and the token provider here fail when they are called.</summary>
public class DryRunTests
{
    private static readonly RequestOptions Dry = new() { DryRun = true };

    public static TheoryData<string, string, int> Calls => new()
    {
        { "completion", "POST https://example.com/v1/completions", 30 },
        { "completion stream", "POST https://example.com/v1/completions", 29 },
        { "chat", "POST https://example.com/v1/chat/completions", 46 },
        { "response", "GET https://example.com/v1/responses/resp_1", 0 },
        { "resumption", "GET https://example.com/v1/responses/resp_1?stream=true&starting_after=3", 0 },
        { "cancellation", "POST https://example.com/v1/responses/resp_1/cancel", 0 },
        { "deletion", "DELETE https://example.com/v1/responses/resp_1", 0 },
        { "wait", "GET https://example.com/v1/responses/resp_1", 0 },
        { "conversation", "POST https://example.com/v1/conversations", 2 },
        { "run", "POST https://example.com/v1/threads/t/runs", 35 },
        { "tool outputs", "POST https://example.com/v1/threads/t/runs/r/submit_tool_outputs", 34 },
        { "speech", "POST https://example.com/v1/audio/speech", 14 },
        { "models", "GET https://example.com/v1/models", 0 },
        { "anything", "PUT https://example.com/v1/x", 0 },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Reports_what_would_be_sent_and_where(string call, string where, int bytes)
    {
        using var client = NewClient();
        var told = await Assert.ThrowsAsync<RequestNotSentException>(() => Start(client, call));
        Assert.Equal(where, $"{told.Request.Method} {told.Request.Address}");
        Assert.Equal(bytes, told.Request.BodyBytes);
        Assert.Contains(where, told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_no_key_in_the_address()
    {
        using var client = NewClient();
        var options = new RequestOptions { DryRun = true };
        options.Query["api_key"] = "secret";
        var told = await Assert.ThrowsAsync<RequestNotSentException>(() => client.Models.ListAsync(options, TestStop));
        Assert.DoesNotContain("secret", told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_an_error_where_the_request_has_no_address()
    {
        using var client = new OpenAIClient(new OpenAIClientOptions { AzureEndpoint = new Uri("https://name.openai.azure.com"), ApiVersion = "2024-10-21" });
        await Assert.ThrowsAsync<ApiConfigurationException>(() => client.Completions.CreateAsync(Ask, Dry, TestStop));
    }

    private static Task Start(OpenAIClient client, string call) => call switch
    {
        "completion" => client.Completions.CreateAsync(Ask, Dry, TestStop),
        "completion stream" => client.Completions.CreateStreamingAsync(Ask, Dry, TestStop),
        "chat" => client.Chat.CreateAsync(new() { Messages = [new ChatMessage { Content = "hi" }] }, Dry, TestStop),
        "response" => client.Responses.GetAsync("resp_1", Dry, TestStop),
        "resumption" => client.Responses.ResumeStreamingAsync("resp_1", 3, Dry, TestStop),
        "cancellation" => client.Responses.CancelAsync("resp_1", Dry, TestStop),
        "deletion" => client.Responses.DeleteAsync("resp_1", Dry, TestStop),
        "wait" => client.Responses.WaitAsync("resp_1", Dry, TestStop),
        "conversation" => client.Conversations.CreateAsync(null, Dry, TestStop),
        "run" => client.Assistants.CreateAsync(new() { ThreadId = "t", AssistantId = "a" }, Dry, TestStop),
        "tool outputs" => client.Assistants.SubmitToolOutputsAsync("t", "r", [], Dry, TestStop),
        "speech" => client.Audio.CreateSpeechAsync(new() { Input = "hi" }, Dry, TestStop),
        "models" => client.Models.ListAsync(Dry, TestStop),
        "anything" => client.StreamAsync<JsonMap>(HttpMethod.Put, "x", null, Dry, TestStop),
        _ => throw new ArgumentOutOfRangeException(nameof(call)),
    };

    private static OpenAIClient NewClient() => new(new OpenAIClientOptions
    {
        BaseAddress = new Uri("https://example.com/v1"),
        Credential = ApiCredential.FromTokens(_ => throw new InvalidOperationException("A token was asked for.")),
        Handler = new FailingHandler(),
    });

    private sealed class FailingHandler : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("A request was sent.");
    }
}
