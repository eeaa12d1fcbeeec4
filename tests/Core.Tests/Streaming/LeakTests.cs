using System.Diagnostics;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;

/// <summary>1,000 calls leak nothing. Runs alone, because it counts what the whole process holds.</summary>
[Collection(nameof(Alone))]
public class LeakTests
{
    private const int Slack = 20;

    private static readonly int Rounds = Environment.GetEnvironmentVariable("OPENAISTREAM_LONG") == "1" ? 20_000 : 1_000;

    [Theory]
    [InlineData("left after a chunk")]
    [InlineData("canceled while reading")]
    [InlineData("disposed while reading")]
    [InlineData("read to the end")]
    [InlineData("failed")]
    public async Task A_thousand_calls_leak_nothing(string how)
    {
        var unobserved = new List<Exception>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs args) => unobserved.Add(args.Exception);
        await using var server = await LoopbackServer.StartAsync();
        server.Default = how switch
        {
            "read to the end" => Reply.Sse(Hello, "[DONE]"),
            "failed" => Reply.Sse(Hello, "{"),
            _ => Reply.Sse(Hello).Stall(),
        };
        using var client = Client(server.Http1);
        using var longLived = new CancellationTokenSource();
        var streams = new List<WeakReference>();
        Collect(); // left by other tests
        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            for (int round = 0; round < 20; round++)
            {
                await CallAsync(client, how, longLived.Token);
            }

            await Until(() => server.OpenConnections <= 1, "the first connections had closed");
            Collect();
            var (handles, timers) = (Handles(), Timer.ActiveCount);
            for (int round = 0; round < Rounds; round++)
            {
                streams.Add(await CallAsync(client, how, longLived.Token));
            }

            await Until(() => server.OpenConnections <= 1, $"{server.OpenConnections} connections had closed");
            Collect();
            Assert.InRange(Handles(), 0, handles + Slack);
            Assert.InRange(Timer.ActiveCount, 0, timers + Slack);

            // A registration on the caller's token would keep its stream alive.
            Assert.InRange(streams.Count(stream => stream.IsAlive), 0, Slack);
            Assert.Empty(unobserved);
            Assert.True(how != "read to the end" || server.ConnectionCount == 1, $"{server.ConnectionCount} connections");
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }
    }

    private static async Task<WeakReference> CallAsync(OpenAIClient client, string how, CancellationToken longLived)
    {
        using var own = CancellationTokenSource.CreateLinkedTokenSource(longLived);
        var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: how == "canceled while reading" ? own.Token : longLived);
        using (stream)
        {
            Assert.True(await stream.MoveNextAsync());
            if (how != "left after a chunk")
            {
                var next = stream.MoveNextAsync().AsTask();
                if (how == "canceled while reading")
                {
                    own.Cancel();
                }
                else if (how == "disposed while reading")
                {
                    stream.Dispose();
                }

                await Record.ExceptionAsync(() => next);
                await stream.Drained;
            }
        }

        return new WeakReference(stream);
    }

    private static int Handles()
    {
        using var process = Process.GetCurrentProcess();
        return process.HandleCount;
    }

    private static void Collect()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
