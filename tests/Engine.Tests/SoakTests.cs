using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using OpenAIStream.Loopback;
using Xunit;

namespace OpenAIStream.Tests.Engine;

/// <summary>Streams for ten minutes (seconds, in a short run) from servers that fail as they like, read by users who leave as they like.</summary>
public class SoakTests(ITestOutputHelper output)
{
    private const int Users = 4;

    private static readonly TimeSpan Duration =
        Environment.GetEnvironmentVariable("OPENAISTREAM_LONG") == "1" ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(5);

    [Fact]
    public async Task The_process_ends_with_the_handles_threads_sockets_and_memory_that_it_began_with()
    {
        int seed = Environment.TickCount;
        var users = new List<User>();
        for (int number = 0; number < Users; number++)
        {
            users.Add(new User(await LoopbackServer.StartAsync(), new Random(seed + number)));
        }

        try
        {
            await Task.WhenAll(users.Select(user => user.StreamAsync(Duration / 5))); // until pools and caches have their size
            var before = await CountAsync(users);
            await Task.WhenAll(users.Select(user => user.StreamAsync(Duration)));
            var after = await CountAsync(users);

            output.WriteLine($"SOAK seed {seed}, {users.Sum(user => user.Rounds)} requests, before {before}, after {after}");
            Assert.Equal([], users.SelectMany(user => user.Surprises));

            // The pool's threads come and go. A leak would show as one, or as a handle, for each of many requests.
            Assert.InRange(after.Threads, 0, before.Threads + 25);
            Assert.InRange(after.Handles, 0, before.Handles + 25);
            Assert.InRange(after.Connections, 0, Users); // one each is kept for the next request
            Assert.InRange(after.Bytes, 0, before.Bytes + (4 << 20));
        }
        finally
        {
            foreach (var user in users)
            {
                await user.DisposeAsync();
            }
        }
    }

    private static async Task<(int Threads, int Handles, int Connections, long Bytes)> CountAsync(IReadOnlyList<User> users)
    {
        for (int tries = 0; users.Any(user => user.Connections > 1) && tries < 250; tries++)
        {
            await Task.Delay(20);
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return (process.Threads.Count, process.HandleCount, users.Sum(user => user.Connections), GC.GetTotalMemory(forceFullCollection: true));
    }

    /// <summary>A session and a server of its own.</summary>
    private sealed class User : IAsyncDisposable
    {
        private const int Chunks = 20;

        private readonly LoopbackServer _server;
        private readonly Random _random;
        private readonly Shell _shell;

        public User(LoopbackServer server, Random random)
        {
            (_server, _random) = (server, random);
            _shell = new Shell(server.Http1);
            _shell.Run($"Connect-OpenAI -Name '{Name}' -BaseUri '{server.Http1}'"); // connections are the process's: each user takes his own
        }

        private string Name { get; } = $"user-{Guid.NewGuid():N}";

        public int Rounds { get; private set; }

        public int Connections => _server.OpenConnections;

        /// <summary>What must not be: a failure of another kind than the server's, or text that it did not send.</summary>
        public List<string> Surprises { get; } = [];

        public async Task StreamAsync(TimeSpan duration)
        {
            for (var watch = Stopwatch.StartNew(); watch.Elapsed < duration && Surprises.Count == 0; Rounds++)
            {
                _server.Clear();
                var (reply, isEndless, isWhole) = NewReply();
                _server.Enqueue(reply);
                if (reply.StatusCode != 200)
                {
                    _server.Enqueue(Answer(Chunks, "[DONE]")); // for the second attempt
                }

                await AskAsync(isEndless, isWhole);
                _shell.Run("$Error.Clear()");
            }
        }

        private async Task AskAsync(bool isEndless, bool isWhole)
        {
            string leave = _random.Next(5) switch
            {
                0 => "| Select-Object -First 2",
                1 => "| ForEach-Object { $_; throw 'enough' }",
                _ => "",
            };
            bool isStopped = isEndless || _random.Next(5) == 0;
            using var running = _shell.Start($"{(_random.Next(2) == 0 ? Scripts.Chat : Scripts.Completion)} -Connection {Name} {leave}");
            if (isStopped)
            {
                await Task.Delay(_random.Next(30)); // anywhere between connecting and the end
                running.Pipeline.Stop();
            }

            await running.Ended();
            string text = string.Concat(running.Output.Select(chunk => chunk.Properties["Text"].Value));
            var failure = (running.Reason as RuntimeException)?.ErrorRecord ?? running.Pipeline.Streams.Error.FirstOrDefault();
            bool isExpected = failure is null || running.Reason is PipelineStoppedException || failure.FullyQualifiedErrorId is "enough"
                || failure.FullyQualifiedErrorId.Contains(",OpenAIStream.", StringComparison.Ordinal);
            bool isCut = leave.Length > 0 || isStopped || !isWhole;
            if (!isExpected || !Text(Chunks).StartsWith(text, StringComparison.Ordinal) || (!isCut && text != Text(Chunks)))
            {
                Surprises.Add($"'{text}' and {failure?.FullyQualifiedErrorId}: {failure} {leave}");
            }
        }

        /// <summary>An answer, whether it ends at all, and whether all of it comes.</summary>
        private (Reply Reply, bool IsEndless, bool IsWhole) NewReply() => _random.Next(10) switch
        {
            0 => (Answer(_random.Next(Chunks)).Stall(), true, false),
            1 => (new Reply().Stall(), true, false),
            2 => (Answer(_random.Next(Chunks)).Cut(), false, false),
            3 => (Answer(_random.Next(Chunks)).Reset(), false, false),
            4 => (Answer(_random.Next(Chunks), """{"error":{"message":"no more"}}"""), false, false),
            5 => (Answer(_random.Next(Chunks), "{no JSON"), false, false),
            6 => (Reply.Json(429, "{}").Header("retry-after-ms", "1"), false, true),
            7 => (Reply.Json(500, "{}").Header("retry-after-ms", "1"), false, true),
            _ => (Answer(Chunks, "[DONE]"), false, true),
        };

        private static Reply Answer(int chunks, params string[] last) =>
            Reply.Sse([.. Enumerable.Range(0, chunks).Select(index => Scripts.Chunk(Word(index), index == Chunks - 1 ? "\"stop\"" : "null")), .. last]);

        private static string Text(int chunks) => string.Concat(Enumerable.Range(0, chunks).Select(Word));

        private static string Word(int index) => index.ToString(CultureInfo.InvariantCulture) + " ";

        public async ValueTask DisposeAsync()
        {
            _shell.Dispose();
            await _server.DisposeAsync();
        }
    }
}
