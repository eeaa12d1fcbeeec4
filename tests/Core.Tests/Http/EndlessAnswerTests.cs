using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

/// <summary>A server that keeps sending without content: this is not silence, so only the total timeout ends the call.</summary>
public class EndlessAnswerTests
{
    public static TheoryData<string, bool> Endless => new()
    {
        { ": still here\n\n", true },
        { ": still here", true },
        { "\n", true },
        { "event: ping\n\n", true },
        { "x", true },
        { " ", false },
        { "\n", false },
        { ": still here\n\n", false },
    };

    [Theory]
    [MemberData(nameof(Endless))]
    public async Task An_endless_answer_ends_at_the_call_s_total_timeout(string part, bool isStream)
    {
        var clock = new FakeTimeProvider();
        using var client = Setup.Client(new Uri("http://127.0.0.1/"), options =>
            (options.TimeProvider, options.Handler, options.MaximumRetryCount, options.TotalTimeout) = (clock, new EndlessHandler(part, clock), 0, TimeSpan.FromDays(20)));

        var error = await Assert.ThrowsAsync<ApiTimeoutException>(() => CallAsync(client, isStream, new RequestOptions { TotalTimeout = TimeSpan.FromSeconds(30) }));

        Assert.Equal(TimeoutKind.Total, error.Timeout);
        Assert.Contains("30 s (TotalTimeout)", error.Message, StringComparison.Ordinal);
#if !NETSTANDARD_BUILD // there, an abandoned body is read until it waits, which this one never does
        Assert.InRange(clock.GetUtcNow() - clock.Start, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(40));
#endif
    }

    [Fact]
    public async Task A_call_can_switch_off_the_client_s_total_timeout()
    {
        var clock = new FakeTimeProvider();
        using var client = Setup.Client(new Uri("http://127.0.0.1/"), options =>
            (options.TimeProvider, options.Handler, options.TotalTimeout) = (clock, new EndlessHandler($"data: {Hello}\n\n", clock), TimeSpan.FromSeconds(5)));
        using var stream = await client.Completions.CreateStreamingAsync(Ask, new RequestOptions { TotalTimeout = Timeout.InfiniteTimeSpan }, TestStop);
        for (int i = 0; i < 100; i++)
        {
            Assert.True(await stream.MoveNextAsync());
        }
    }

    private static async Task CallAsync(OpenAIClient client, bool isStream, RequestOptions options)
    {
        if (!isStream)
        {
            await client.Completions.CreateAsync(Ask, options, TestStop);
            return;
        }

        using var stream = await client.Completions.CreateStreamingAsync(Ask, options, TestStop);
        while (await stream.MoveNextAsync())
        {
        }
    }

    private sealed class EndlessHandler(string part, FakeTimeProvider clock) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var content = new StreamContent(new EndlessStream(Encoding.UTF8.GetBytes(part), clock));
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
        }
    }

    /// <summary>One part per second, forever.</summary>
    private sealed class EndlessStream(byte[] part, FakeTimeProvider clock) : MemoryStream
    {
        private int _at;

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            clock.Advance(TimeSpan.FromSeconds(1));
            int length = Math.Min(buffer.Length, part.Length - _at);
            part.AsMemory(_at, length).CopyTo(buffer);
            _at = (_at + length) % part.Length;
            return ValueTask.FromResult(length);
        }
    }
}
