using System.Text;
using OpenAIStream.Loopback;
using OpenAIStream.Tests.Http;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;
using static OpenAIStream.Tests.WebSockets.SocketSetup;

namespace OpenAIStream.Tests.WebSockets;

/// <summary>Servers that open a socket and refuse to use it, that never open it, and that repeat what has ended.</summary>
public class SocketRefusalTests
{
    private const string Answer = """{"id":"resp_1","object":"response","status":"completed","output":[]}""";

    /// <summary>Ways not to open a socket.</summary>
    public static TheoryData<string> Refusals => ["closed at once", "never answered", "a wrong key", "broken off"];

    [Fact]
    public async Task A_socket_closed_at_once_is_an_error_with_the_reason_and_no_silence()
    {
        using var server = new HostileServer(head => Upgrade(head, "closed at once"));
        using var client = Client(server.Address, options => (options.Transport, options.MaximumRetryCount) = (TransportKind.WebSocket, 0));
        var error = await Assert.ThrowsAnyAsync<ApiConnectionException>(() => client.Responses.CreateAsync(Question, null, TestStop).WaitAsync(TimeSpan.FromSeconds(20), TestStop));
        Assert.Contains("code 1008: invalid api key", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_socket_is_requested_once_for_each_attempt(string refusal)
    {
        using var server = new HostileServer(head => Upgrade(head, refusal));
        using var client = Client(server.Address, options =>
            (options.Transport, options.MaximumRetryCount, options.ConnectionTimeout) = (TransportKind.WebSocket, 0, TimeSpan.FromSeconds(refusal == "never answered" ? 0.5 : 30)));
        await Assert.ThrowsAnyAsync<ApiConnectionException>(() => client.Responses.CreateAsync(Question, null, TestStop).WaitAsync(TimeSpan.FromSeconds(20), TestStop));
#if NETSTANDARD_BUILD // whose ClientWebSocket connects, and repeats that, by itself
        Assert.Equal(refusal == "broken off" ? server.Requests : 1, server.Requests);
#else
        Assert.Equal(1, server.Requests);
#endif
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Auto_uses_HTTP_if_nothing_was_sent(string refusal)
    {
        using var server = new HostileServer(head => head.StartsWith("GET", StringComparison.Ordinal) ? Upgrade(head, refusal)
            : Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Answer.Length}\r\n\r\n{Answer}"));
        using var client = Client(server.Address, options =>
            (options.Transport, options.MaximumRetryCount, options.ConnectionTimeout) = (TransportKind.Auto, 0, TimeSpan.FromSeconds(refusal == "never answered" ? 0.5 : 30)));
        Assert.Equal("resp_1", (await client.Responses.CreateAsync(Question, null, TestStop).WaitAsync(TimeSpan.FromSeconds(20), TestStop)).Id);
    }

    [Theory]
    [InlineData("response.completed", "completed")]
    [InlineData("response.incomplete", "incomplete")]
    [InlineData("response.failed", "failed")]
    public async Task The_end_of_the_previous_response_is_not_that_of_the_next(string type, string status)
    {
        await using var server = await LoopbackServer.StartAsync();
        string again = $$"""{"type":"{{type}}","response":{"id":"resp_1","object":"response","status":"{{status}}","output":[] } }""";
        string[] second = Of("resp_2", "two");
        server.Enqueue(Reply.Sse(Of("resp_1", "one")), Reply.Sse([again, .. second[..^1], again, second[^1]]));
        using var client = SocketClient(server);
        Assert.Equal(("resp_1", "one"), Told(await client.Responses.CreateAsync(Question, null, TestStop)));
        Assert.Equal(("resp_2", "two"), Told(await client.Responses.CreateAsync(Question, null, TestStop)));
        Assert.Equal(1, server.SocketCount);
    }

    [Fact]
    public async Task A_server_that_gives_all_responses_one_id_is_heard()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Whole;
        using var client = SocketClient(server);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("Hello", (await client.Responses.CreateAsync(Question, null, TestStop)).Text);
        }
    }

    private static (string? Id, string Text) Told(Response response) => (response.Id, response.Text);

    private static byte[]? Upgrade(string head, string refusal)
    {
        string key = head.Split('\n').Select(static line => line.Split(": ", 2)).First(static pair => pair[0].Equals("Sec-WebSocket-Key", StringComparison.OrdinalIgnoreCase))[1].Trim();
        string accepted = refusal == "a wrong key" ? "AAAA" : SocketKey.Accept(key);
        byte[] reason = Encoding.ASCII.GetBytes("invalid api key");
        return refusal switch
        {
            "never answered" => null,
            "broken off" => [],
            _ => [.. Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accepted}\r\n\r\n"),
                0x88, (byte)(2 + reason.Length), 0x03, 0xF0, .. reason], // 1008
        };
    }
}
