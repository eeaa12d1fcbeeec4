using System.Text;
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

    /// <summary>Responses that HTTP cannot read, or that lead elsewhere, with a key in them.</summary>
    public static TheoryData<string, string> Malformed => new()
    {
        { "a status line", $"{Key}\r\n\r\n" },
        { "a status line that begins well", $"HTTP/1.1 {Key}\r\n\r\n" },
        { "a header line", $"HTTP/1.1 200 OK\r\n{Key}\r\n\r\n" },
        { "a header's name", $"HTTP/1.1 200 OK\r\nx {Key}: 1\r\n\r\n" },
        { "a header's value", $"HTTP/1.1 200 OK\r\nContent-Length: {Key}\r\n\r\n" },
        { "a chunk's length", $"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n{Key}\r\n" },
        { "the encoding", $"HTTP/1.1 200 OK\r\nContent-Encoding: {Key}\r\nContent-Length: 2\r\n\r\n{{}}" },
        { "the host of a redirect", $"HTTP/1.1 307 x\r\nLocation: http://{Key}.invalid/\r\nContent-Length: 0\r\n\r\n" },
        { "the scheme of a redirect", $"HTTP/1.1 307 x\r\nLocation: {Key}://x/\r\nContent-Length: 0\r\n\r\n" },
        { "the encoding of an error", $"HTTP/1.1 400 x\r\nContent-Encoding: {Key}\r\nContent-Length: 2\r\n\r\n{{}}" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_key_in_a_malformed_response_is_masked(string where, string response)
    {
        using var server = new HostileServer(response);
        using var client = Client(server.Address, options => options.MaximumRetryCount = 0);
        var error = await Assert.ThrowsAnyAsync<ApiException>(async () =>
        {
            using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
            await stream.MoveNextAsync();
        });
        string said = $"{error}\n{error.Body}";
        Assert.False(said.Contains(Key, StringComparison.OrdinalIgnoreCase) || said.Contains(BitConverter.ToString(Encoding.UTF8.GetBytes(Key))), $"{where}: {said}");
    }

    [Theory]
    [InlineData(SocketSupport.Lanes)]
    [InlineData(SocketSupport.NoLanes)]
    public async Task A_key_in_the_reason_of_a_closed_socket_is_masked(SocketSupport support)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Sockets = support;
        server.Default = new Reply().Close(1011, $"bad {Key}");
        using var client = Client(server.Http1, options => (options.Transport, options.MaximumRetryCount) = (TransportKind.WebSocket, 0));
        var error = await Assert.ThrowsAnyAsync<ApiException>(() => client.Responses.CreateAsync(new() { Input = "hi" }, null, TestStop));
        Assert.Contains("code 1011: bad ***", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, error.ToString(), StringComparison.Ordinal);
    }

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
