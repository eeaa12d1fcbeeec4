using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>What happens to the connection after the stream's last event. In real time: it is about the server's speed, not the call's.</summary>
public class ConnectionEndTests
{
    private const int Rounds = 3; // a busy machine may be late once or twice

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_of_a_body_is_awaited_briefly_to_reuse_its_connection(bool isAsync)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello, "[DONE]").Delay(20);
        using var client = Client(server.Http1);
        for (int round = 0; round < Rounds; round++)
        {
            await ReadAsync(client, isAsync);
            await ReadAsync(client, isAsync);
            if (server.Requests[^2].ConnectionId == server.Requests[^1].ConnectionId)
            {
                return;
            }
        }

        Assert.Fail($"{server.Requests.Count} requests came over {server.ConnectionCount} connections.");
    }

    [Fact]
    public async Task A_connection_that_stays_silent_after_the_last_event_is_closed_at_once()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse("""{"type":"response.created"}""", """{"type":"response.completed"}""").Stall();
        using var client = Client(server.Http1);
        var took = new List<double>();
        do
        {
            using var stream = await client.Responses.CreateStreamingAsync(new() { Input = "hi" }, null, TestStop);
            Assert.Equal(2, (await stream.ReadAsync()).Chunks.Count);
            var over = Moment.Now();
            Assert.True(stream.IsComplete);
            took.Add((await server.WaitForClientGone(took.Count, TimeSpan.FromSeconds(5))).Since(over).TotalMilliseconds);
        }
        while (took[^1] > 500 && took.Count < Rounds);

        Assert.True(took[^1] <= 500, $"closed after (ms): {string.Join("; ", took)}");
    }

    private static async Task ReadAsync(OpenAIClient client, bool isAsync)
    {
        using var stream = await client.Completions.CreateStreamingAsync(Ask, null, TestStop);
        while (isAsync ? await stream.MoveNextAsync() : stream.MoveNext())
        {
        }
    }
}
