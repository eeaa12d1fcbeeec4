using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using OpenAIStream.Loopback;
using Xunit;

namespace OpenAIStream.Tests.Engine;

/// <summary>Streams for ten minutes (seconds, in a short run) from servers that fail at random, read by users who leave at random.</summary>
public class SoakTests(ITestOutputHelper output)
{
    private const int Users = 4;

    private static readonly TimeSpan Duration =
        Environment.GetEnvironmentVariable("OPENAISTREAM_LONG") == "1" ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(5);

    [Fact]
    public async Task The_process_ends_with_as_many_handles_threads_sockets_and_memory_as_at_its_start()
    {
        int seed = Environment.TickCount;
        var users = new List<User>();
        for (int number = 0; number < Users; number++)
        {
            users.Add(new User(await LoopbackServer.StartAsync(), new Random(seed + number)));
        }

        try
        {
            await Task.WhenAll(users.Select(user => user.StreamAsync(Duration / 5))); // until pools and caches have their final size
            var before = await CountAsync(users);
            await Task.WhenAll(users.Select(user => user.StreamAsync(Duration)));
            var after = await CountAsync(users);

            output.WriteLine($"SOAK seed {seed}, {users.Sum(user => user.Rounds)} requests, before {before}, after {after}");
            Assert.Equal([], users.SelectMany(user => user.Surprises));

            // The pool's threads come and go. A leak would show as one thread, or handle, for each of many requests.
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

    /// <summary>Its own session and server.</summary>
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
            _shell.Run("1 | Select-Object -First 1"); // loads its module: a stop while the engine loads a module is an error in the engine
            _shell.Run($"Connect-OpenAI -Name '{Name}' -BaseUri '{server.Http1}'");
        }

        private string Name { get; } = $"user-{Guid.NewGuid():N}";

        public int Rounds { get; private set; }

        public int Connections => _server.OpenConnections;

        /// <summary>Failures of another kind than the server's, and text that it did not send, are errors.</summary>
        public List<string> Surprises { get; } = [];

        public async Task StreamAsync(TimeSpan duration)
        {
            for (var watch = Stopwatch.StartNew(); watch.Elapsed < duration && Surprises.Count == 0; Rounds++)
            {
                _server.Clear();
                var exchange = NewExchange();
                foreach (var reply in exchange.Replies)
                {
                    _server.Enqueue(reply);
                }

                await AskAsync(exchange);
                _shell.Run("$Error.Clear()");
            }
        }

        private async Task AskAsync(Exchange exchange)
        {
            string leave = _random.Next(5) switch
            {
                0 => "| Select-Object -First 2",
                1 => "| ForEach-Object { $_; throw 'enough' }",
                _ => "",
            };
            bool isStopped = exchange.IsEndless || _random.Next(5) == 0;
            using var running = _shell.Start($"{exchange.Script} -Connection {Name} {leave}");
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
            bool isCut = leave.Length > 0 || isStopped || !exchange.IsWhole;
            if (!isExpected || !Text(Chunks).StartsWith(text, StringComparison.Ordinal) || (!isCut && text != Text(Chunks)))
            {
                Surprises.Add($"'{text}' and {failure?.FullyQualifiedErrorId}: {failure} {leave}");
            }
        }

        private Exchange NewExchange()
        {
            string script = _random.Next(2) == 0 ? Scripts.Chat : Scripts.Completion;
            return _random.Next(12) switch
            {
                0 => new(script, [Answer(_random.Next(Chunks)).Stall()], IsEndless: true),
                1 => new(script, [new Reply().Stall()], IsEndless: true),
                2 => new(script, [Answer(_random.Next(Chunks)).Cut()]),
                3 => new(script, [Answer(_random.Next(Chunks)).Reset()]),
                4 => new(script, [Answer(_random.Next(Chunks), """{"error":{"message":"no more"}}""")]),
                5 => new(script, [Answer(_random.Next(Chunks), "{no JSON")]),
                6 => new(script, [Reply.Json(429, "{}").Header("retry-after-ms", "1"), Answer(Chunks, "[DONE]")], IsWhole: true),
                7 => new(script, [Reply.Json(500, "{}").Header("retry-after-ms", "1"), Answer(Chunks, "[DONE]")], IsWhole: true),
                8 or 9 => Reconnect(_random.Next(1, Chunks)),
                _ => new(script, [Answer(Chunks, "[DONE]")], IsWhole: true),
            };
        }

        /// <summary>A background response that is cut off, resumes, and may be cut off again.</summary>
        private Exchange Reconnect(int cut)
        {
            string[] events =
            [
                """{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","status":"in_progress","output":[]}}""",
                .. Enumerable.Range(0, Chunks).Select(index =>
                    $$"""{"type":"response.output_text.delta","sequence_number":{{index + 1}},"output_index":0,"content_index":0,"item_id":"msg_1","delta":"{{Word(index)}}"}"""),
                $$$"""{"type":"response.completed","sequence_number":{{{Chunks + 1}}},"response":{"id":"resp_1","status":"completed","output":[]}}""",
            ];
            int second = _random.Next(cut + 1, events.Length + 1); // at the end: without a break
            var rest = Reply.Sse(events[cut..second]).For("GET", "/responses/resp_1");
            return new(
                Scripts.BackgroundResponse,
                [
                    Reply.Sse(events[..cut]).For("POST", "/responses").Cut(),
                    second < events.Length ? rest.Cut() : rest,
                    Reply.Sse(events[second..]).For("GET", "/responses/resp_1"),
                ],
                IsWhole: true);
        }

        /// <summary>The user's request, the server's answer, whether it ends, and whether all of its text arrives.</summary>
        private sealed record Exchange(string Script, Reply[] Replies, bool IsEndless = false, bool IsWhole = false);

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
