using System.Diagnostics;
using OpenAIStream.Loopback;
using OpenAIStream.Tests.Http;
using OpenAIStream.Tests.Streaming;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;
using static OpenAIStream.Tests.WebSockets.SocketSetup;

namespace OpenAIStream.Tests.WebSockets;

/// <summary>Each fault of a socket, read synchronously and asynchronously.</summary>
public class SocketFaultTests
{
    private static readonly Dictionary<string, SocketFault> Rows = SocketFaults.All.ToDictionary(fault => $"{fault.Group}: {fault.Does} ({fault.Setting})");

    public static TheoryData<string> Names => [.. Rows.Keys];

    /// <summary>Requests whose answer did not arrive: the reply, and how long the server was silent.</summary>
    private static readonly Dictionary<string, (Reply Reply, TimeSpan? Silence, bool MayHaveActed)> Lost = new()
    {
        ["closed"] = (new Reply().Close(1011), null, true),
        ["cut"] = (new Reply().Cut(), null, true),
        ["cut after an event"] = (Reply.Sse(Created).Cut(), null, true),
        ["silent"] = (new Reply().Stall(), TimeSpan.FromSeconds(601), true),
        ["silent for the whole call"] = (new Reply().Stall(), TimeSpan.FromSeconds(3601), true),
        ["refused"] = (Reply.Json(400, """{"error":{"message":"m"}}"""), null, false),
        ["too many requests"] = (Reply.Json(429, """{"error":{"message":"m"}}"""), null, false),
    };

    public static TheoryData<string, string?, bool> LostAnswers => new(
        from fault in Lost
        from conversation in new[] { null, "conv_1" }
        select (fault.Key, conversation, fault.Value.MayHaveActed));

    public static TheoryData<string> Recordings => [.. Captures.Files("responses")];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_caller_sees_what_the_table_says(string name)
    {
        var fault = Rows[name];
        foreach (bool isAsync in new[] { false, true })
        {
            await using var server = await LoopbackServer.StartAsync();
            fault.Serve?.Invoke(server);
            var clock = new RetryClock();
            using var client = SocketClient(server, options =>
            {
                options.TimeProvider = clock;
                fault.Set?.Invoke(options);
            });
            if (fault.Earlier is Reply earlier)
            {
                server.Enqueue(earlier);
                await client.Responses.CreateAsync(Question, null, TestStop);
                await Until(() => server.OpenConnections == 0 || server.Requests[0].BytesSent > 800, "the idle socket had its end");
                await Task.Delay(50, TestStop); // until the client knows
                server.Clear();
            }

            // A socket that refuses is tried once more; after that the server behaves normally.
            server.Enqueue(fault.Reply.Times(Math.Max(1, fault.Error is null ? 1 : fault.Requests)));
            server.Default = Whole;
            var watch = Stopwatch.StartNew();
            var (events, error, isComplete) = await PlayAsync(fault, server, client, clock, isAsync);

            Assert.Equal($"{fault.Events} events, then {Expected(fault)}; {fault.Requests} requests", $"{events} events, then {Describe(error)}; {server.Requests.Count} requests");
            Assert.Equal(fault.Error is null, isComplete);
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(3), $"took {watch.Elapsed.TotalMilliseconds:0} ms");
            if (fault.Details is not null)
            {
                var sent = Assert.IsAssignableFrom<ApiException>(error);
                Assert.Equal(fault.Details, $"{sent.Code}/{sent.Type}/{sent.Param}");
            }

            if (fault.Serve is null)
            {
                int before = server.SocketCount;
                if (!fault.IsKept)
                {
                    await Task.Delay(50, TestStop); // until the client knows: a request that is being sent at that time is not sent again
                }

                await client.Responses.CreateAsync(Question, clock.Skipping(), TestStop);
                Assert.Equal(fault.IsKept, server.SocketCount == before);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task A_recorded_response_cut_at_any_frame_is_never_taken_for_complete(string recording)
    {
        await using var server = await LoopbackServer.StartAsync();
        using var client = SocketClient(server);
        foreach (string[] events in Recorded.Responses(recording))
        {
            int step = Math.Max(1, events.Length / 40); // of a long one only some
            int error = Array.FindIndex(events, static text => text.Contains("\"type\":\"error\"", StringComparison.Ordinal));
            for (int cut = 0; cut < (error < 0 ? events.Length : error); cut += step)
            {
                int code = new[] { 1001, 1005, 1006, 1011 }[(cut / step) % 4];
                var reply = Reply.Sse(events[..cut]);
                server.Default = code == 1006 ? reply.Cut() : reply.Close(code == 1005 ? 0 : code);
                var read = await TryReadAsync(client);
                Assert.Equal(cut, read.Chunks.Count);
                Assert.True(cut == 0 ? read.Error is ApiConnectionException : read.Error is StreamEndedEarlyException, $"cut at {cut} with {code}: {read.Error}");
                Assert.Single(server.Requests);
                server.Clear();
            }
        }
    }

    /// <summary>Over a socket, no request that the server may have received is sent again, not even one that can be repeated over HTTP.</summary>
    [Theory]
    [MemberData(nameof(LostAnswers))]
    public async Task An_error_says_whether_the_service_may_have_acted_on_the_request(string fault, string? conversation, bool mayHaveActed)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Lost[fault].Reply;
        var clock = new RetryClock();
        using var client = SocketClient(server, options => (options.TimeProvider, options.TotalTimeout, options.MaximumRetryCount) = (clock, TimeSpan.FromSeconds(3600), 0));
        var request = Question;
        request.Conversation = conversation;
        var call = client.Responses.CreateAsync(request, null, TestStop);
        await server.WaitForRequest(0, TimeSpan.FromSeconds(5));
        if (Lost[fault].Silence is TimeSpan silence)
        {
            await clock.AdvanceUntilAsync(call, silence);
        }

        var error = await Assert.ThrowsAnyAsync<ApiException>(() => call);
        Assert.Equal((1, mayHaveActed), (server.Requests.Count, error.MayHaveActed));
    }

    [Fact]
    public async Task A_stream_that_breaks_is_a_request_that_the_service_received()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Created).Cut();
        using var client = SocketClient(server, static options => options.MaximumRetryCount = 0);
        using var stream = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        Assert.True(await stream.MoveNextAsync());
        var error = await Assert.ThrowsAnyAsync<ApiConnectionException>(async () => await stream.MoveNextAsync());
        Assert.True(error.MayHaveActed);
    }

    private static async Task<Reading.Read<ResponseEvent>> TryReadAsync(OpenAIClient client)
    {
        try
        {
            return await (await client.Responses.CreateStreamingAsync(Question, null, TestStop)).ReadAsync();
        }
        catch (ApiException exception)
        {
            return new([], exception);
        }
    }

    private static async Task<(int Events, Exception? Error, bool IsComplete)> PlayAsync(SocketFault fault, LoopbackServer server, OpenAIClient client, RetryClock clock, bool isAsync)
    {
        int events = 0;
        var reading = Task.Run(async () =>
        {
            try
            {
                using var stream = isAsync
                    ? await client.Responses.CreateStreamingAsync(Question, clock.Skipping(), TestStop)
                    : client.Responses.CreateStreaming(Question, clock.Skipping(), TestStop);
                while (isAsync ? await stream.MoveNextAsync() : stream.MoveNext())
                {
                    if (Interlocked.Increment(ref events) == fault.Events)
                    {
                        server.Signal(SocketFaults.Seen);
                    }
                }

                return ((Exception?)null, stream.IsComplete);
            }
            catch (Exception exception)
            {
                return (exception, false);
            }
        }, TestStop);
        if (fault.Silence is TimeSpan silence)
        {
            await server.WaitForRequest(0, TimeSpan.FromSeconds(5));
            await Until(() => Volatile.Read(ref events) == fault.Events, "the events were there");
            await clock.AdvanceUntilAsync(reading, silence);
        }

        var (error, isComplete) = await reading.WaitAsync(TimeSpan.FromSeconds(10), TestStop);
        return (events, error, isComplete);
    }

    private static string Expected(SocketFault fault) => fault.Error is null ? "complete" : fault.Error.Name + (fault.End is StreamEnd end ? $" ({end})" : "");

    private static string Describe(Exception? error) =>
        error is null ? "complete" : error is StreamEndedEarlyException early ? $"{error.GetType().Name} ({early.End})" : error.GetType().Name;
}
