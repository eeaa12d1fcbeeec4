using System.Diagnostics;
using OpenAIStream.Loopback;
using OpenAIStream.Tests.Http;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>Each fault, over HTTP/1.1 and HTTP/2, read synchronously and asynchronously.</summary>
public class FaultMatrixTests
{
    private const string RequestId = "req_7";

    /// <summary>How long the call may take, in real time: long, because the machine may be busy.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

#if NETSTANDARD_BUILD
    private static readonly string[] Protocols = ["HTTP/1.1"]; // Windows PowerShell's HttpClientHandler does not support HTTP/2
#else
    private static readonly string[] Protocols = ["HTTP/1.1", "HTTP/2"];
#endif

    private static readonly Dictionary<string, Fault> Rows = Faults.All.ToDictionary(fault => $"{fault.Group}: {fault.Does}");

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_caller_sees_what_the_table_says(string name)
    {
        var fault = Rows[name];
        await using var server = await LoopbackServer.StartAsync();
        foreach (string protocol in Protocols)
        {
            foreach (bool isAsync in new[] { false, true })
            {
                string mode = $"{protocol}, {(isAsync ? "async" : "sync")}";
                var seen = await PlayAsync(fault, server, protocol == "HTTP/2", isAsync);
                Assert.Equal($"{mode}: {Expected(fault, protocol == "HTTP/2")}", $"{mode}: {seen.Outcome}");
                Assert.True(seen.Took < Longest, $"{mode}: took {seen.Took.TotalMilliseconds:0} ms");
                CheckError(fault, seen);
            }
        }
    }

    [Fact]
    public void The_table_has_at_least_sixty_rows() => Assert.True(Rows.Count >= 60, $"{Rows.Count} rows");

    private static async Task<Seen> PlayAsync(Fault fault, LoopbackServer server, bool http2, bool isAsync)
    {
        server.Clear();
        server.Default = fault.Reply.Header("x-request-id", RequestId);
        var clock = new RetryClock();
        using var client = Client(http2 ? server.Http2 : server.Http1, options =>
        {
            options.TimeProvider = clock;
            options.HttpVersion = http2 ? Setup.Http2 : null;
            fault.Set?.Invoke(options);
        });

        var chunks = new List<Completion>();
        var watch = Stopwatch.StartNew();
        var open = new TaskCompletionSource();
        var reading = Task.Run(() => ReadAsync(client, clock, open, chunks, isAsync, fault.Connection == Fault.Kept));
        await Until(() => reading.IsCompleted || (fault.Error is not null && Count(chunks) == fault.Chunks), "the chunks were there");
        server.Signal(Fault.Seen);
        if (fault.Silence is TimeSpan silence)
        {
            await FallSilentAsync(fault, server, clock, open.Task, silence, reading);
        }

        var (error, isComplete) = await reading.WaitAsync(TimeSpan.FromSeconds(10), TestStop);
        var took = watch.Elapsed;
        int attempts = server.Requests.Count;
        string connection = await ConnectionAfterAsync(server, client, clock);
        return new Seen(Describe(chunks.Count, error, attempts, connection), error, isComplete, string.Concat(chunks.Select(chunk => chunk.Text)), took);
    }

    private static async Task<(Exception? Error, bool IsComplete)> ReadAsync(
        OpenAIClient client, RetryClock clock, TaskCompletionSource open, List<Completion> chunks, bool isAsync, bool drain)
    {
        try
        {
            using var stream = isAsync
                ? await client.Completions.CreateStreamingAsync(Ask, clock.Skipping(), TestStop)
                : client.Completions.CreateStreaming(Ask, clock.Skipping(), TestStop);
            open.SetResult();
            while (isAsync ? await stream.MoveNextAsync() : stream.MoveNext())
            {
                lock (chunks)
                {
                    chunks.Add(stream.Current);
                }
            }

            if (drain)
            {
                await stream.Drained;
            }

            return (null, stream.IsComplete);
        }
        catch (Exception exception)
        {
            return (exception, false);
        }
    }

    /// <summary>Advances the clock for each attempt, after the client has received everything.</summary>
    private static async Task FallSilentAsync(Fault fault, LoopbackServer server, RetryClock clock, Task open, TimeSpan silence, Task reading)
    {
        for (int attempt = 0; attempt < fault.Attempts; attempt++)
        {
            await server.WaitForRequest(attempt, TimeSpan.FromSeconds(5));
            if (fault.Attempts == 1)
            {
                await Until(() => open.IsCompleted, "the headers were there");
            }

            // Repeatedly: the wait that must expire may not have started yet.
            for (int i = 0; i < 500 && !reading.IsCompleted && clock.WaitSeconds.Count == attempt; i++)
            {
                clock.Advance(silence);
                await Task.Delay(10, TestStop);
            }
        }

        await Until(() => reading.IsCompleted, "the call ended");
    }

    private static int Count(List<Completion> chunks)
    {
        lock (chunks)
        {
            return chunks.Count;
        }
    }

    private static async Task<string> ConnectionAfterAsync(LoopbackServer server, OpenAIClient client, RetryClock clock)
    {
        int before = server.ConnectionCount;
        server.Default = Reply.Sse("[DONE]");
        using (var stream = await client.Completions.CreateStreamingAsync(Ask, clock.Skipping(), TestStop).WaitAsync(TimeSpan.FromSeconds(5), TestStop))
        {
            await stream.MoveNextAsync();
        }

        return server.ConnectionCount == before ? Fault.Kept : Fault.Closed;
    }

    private static string Expected(Fault fault, bool http2)
    {
        string what = fault.Error is null ? "complete" : fault.Error.Name + ((http2 ? fault.Http2End : fault.End) is StreamEnd end ? $" ({end})" : "");
        return $"{fault.Chunks} chunks, then {what}; {fault.Attempts} requests; connection {(http2 ? fault.Http2Connection : fault.Connection)}";
    }

    private static string Describe(int chunks, Exception? error, int attempts, string connection)
    {
        string what = error is null ? "complete" : error is StreamEndedEarlyException early ? $"{error.GetType().Name} ({early.End})" : error.GetType().Name;
        return $"{chunks} chunks, then {what}; {attempts} requests; connection {connection}";
    }

    private static void CheckError(Fault fault, Seen seen)
    {
        Assert.Equal(fault.Error is null, seen.IsComplete);
        if (seen.Error is not ApiException error)
        {
            return;
        }

        Assert.Equal(seen.Text.Length == 0 ? null : seen.Text, error.PartialText);
        if (error is not ApiConnectionException || fault.Chunks > 0)
        {
            Assert.Equal(RequestId, error.RequestId);
        }

        if (fault.Details is not null)
        {
            Assert.Equal(fault.Details, $"{error.Code}/{error.Type}/{error.Param}");
        }

        if (fault.Group == "Malformed events" && error is ResponseFormatException malformed)
        {
            Assert.Equal(1, malformed.EventIndex);
            Assert.Equal($"data: {Hello}\n\ndata: ".Length, malformed.ByteOffset!.Value, 1.0);
            Assert.DoesNotContain(malformed.Body!.PadRight(4), malformed.Message, StringComparison.Ordinal);
        }

        if (error is ApiTimeoutException timeout)
        {
            Assert.Equal(fault.Set is null ? TimeoutKind.Operation : TimeoutKind.Total, timeout.Timeout);
        }
    }

    private sealed record Seen(string Outcome, Exception? Error, bool IsComplete, string Text, TimeSpan Took);
}
