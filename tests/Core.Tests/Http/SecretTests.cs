using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

/// <summary>A service that echoes the request does not get the key into an error.</summary>
public class SecretTests
{
    private const string GatewayKey = "gateway-0123456789";
    private const string Echo = "bad key " + Key + " or " + GatewayKey;

    public static TheoryData<string> Echoes => ["status", "status text", "event", "event text", "malformed", "json", "html", "partial"];

    [Theory]
    [MemberData(nameof(Echoes))]
    public async Task An_echoed_key_is_masked_wherever_it_appears(string where)
    {
        string error = $$"""{"error":{"message":"{{Echo}}","code":"{{Key}}","type":"{{Key}}","param":"{{GatewayKey}}" } }""";
        await using var server = await LoopbackServer.StartAsync();
        server.Default = where switch
        {
            "status" => Reply.Json(401, error),
            "status text" => new Reply().Status(401).Send(Echo),
            "event" => Reply.Sse(Hello, error),
            "event text" => new Reply().Header("Content-Type", "text/event-stream").Send($"event: error\ndata: {Echo}\n\n"),
            "malformed" => Reply.Sse(Hello, "{" + Echo),
            "json" => Reply.Json(200, error),
            "html" => new Reply().Header("Content-Type", "text/html").Send($"<p>{Echo}</p>"),
            _ => Reply.Sse($$"""{"choices":[{"index":0,"text":"{{Key}}","finish_reason":null}]}"""),
        };
        using var client = Client(server.Http1, options => options.Headers["api-key"] = GatewayKey);

        var seen = await Assert.ThrowsAnyAsync<ApiException>(async () =>
        {
            using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
            while (await stream.MoveNextAsync())
            {
            }
        });

        string everything = string.Join("\n", seen, seen.Body, seen.Code, seen.Type, seen.Param, seen.PartialText);
        Assert.DoesNotContain(Key, everything, StringComparison.Ordinal);
        Assert.DoesNotContain(GatewayKey, everything, StringComparison.Ordinal);
        Assert.Contains("***", everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_that_was_sent_is_masked_without_asking_for_another()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(401, """{"error":{"message":"bad token token-number-1"}}""");
        int asked = 0;
        using var client = Client(server.Http1, options => options.Credential = ApiCredential.FromTokens(_ => Task.FromResult($"token-number-{++asked}")));

        var error = await Assert.ThrowsAsync<ApiAuthenticationException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));

        Assert.Equal("The service returned 401: bad token ***", error.Message);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task A_secret_that_starts_like_another_is_masked_completely()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(401, $$"""{"error":{"message":"bad {{GatewayKey}}-and-more" } }""");
        using var client = Client(server.Http1, options => (options.Headers["api-key"], options.Headers["x-token"]) = (GatewayKey, GatewayKey + "-and-more"));

        var error = await Assert.ThrowsAsync<ApiAuthenticationException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));

        Assert.Equal("The service returned 401: bad ***", error.Message);
    }

    [Fact]
    public async Task The_telemetry_of_a_call_contains_no_key()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse("[DONE]");
        var told = new List<CallEvent>();
        var request = new RequestOptions { OnEvent = told.Add };
        request.Query["key"] = "AIza-in-the-query";
        request.Query["alt"] = "sse";
        using var client = Client(new UriBuilder(server.Http1) { UserName = "me", Password = "my-password" }.Uri);

        using var stream = await client.Completions.CreateStreamingAsync(Ask, request, TestStop);

        string everything = string.Join("\n", told);
        Assert.Contains("key=AIza-in-the-query", server.Requests[0].Path, StringComparison.Ordinal);
        Assert.Contains("key=***&alt=sse", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("AIza", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("my-password", everything, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, everything, StringComparison.Ordinal);
    }
}
