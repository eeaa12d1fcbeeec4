using OpenAIStream.Loopback;
using Xunit;

namespace OpenAIStream.Tests.Streaming;

public class SentinelTests
{
    [Fact]
    public async Task The_stream_ends_at_the_sentinel_and_its_connection_is_reused()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse("""{"choices":[{"index":0,"text":"Hi","finish_reason":null}]}""", "[DONE]").Times(3));
        using var client = new OpenAIClient(new OpenAIClientOptions { BaseAddress = server.Http1 });

        for (int round = 0; round < 3; round++)
        {
            using var stream = client.Completions.CreateStreaming(new CompletionRequest { Prompt = "hi" }, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal("Hi", string.Concat(stream.ToBlockingEnumerable().Select(chunk => chunk.Text)));
            Assert.True(stream.IsComplete);
            await stream.Drained;
        }

        Assert.Equal(1, server.ConnectionCount);
    }
}
