using OpenAIStream.Loopback;
using OpenAIStream.Tests.Http;
using OpenAIStream.Tests.Recordings;
using OpenAIStream.Tests.Streaming;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;
using static OpenAIStream.Tests.WebSockets.SocketSetup;

namespace OpenAIStream.Tests.WebSockets;

/// <summary>Socket messages are recorded frame by frame, and replayed with their faults, over either transport.</summary>
public class SocketRecordingTests
{
    private static readonly Dictionary<string, Reply> Replies = new()
    {
        ["whole"] = Whole,
        ["pauses"] = Reply.Sse(Created).Delay(30).Send($"data: {Said}\n\n").Delay(30).Send($"data: {Completed}\n\n"),
        ["closed"] = Reply.Sse(Created, Said).Close(1011, "broke"),
        ["closed at once"] = new Reply().Close(1013, "try again later"),
        ["cut"] = Reply.Sse(Created, Said).Cut(),
        ["reset"] = Reply.Sse(Created, Said).Delay(100).Reset(),
        ["no answer"] = new Reply().Cut(),
        ["error"] = Reply.Json(404, """{"error":{"message":"m","code":"c"}}""").Header("x-request-id", "req_1"),
        ["error amid"] = Reply.Sse(Created, Said, """{"type":"error","code":"c","message":"m"}"""),
    };

    private const string Steered = """{"type":"response.incomplete","sequence_number":3,"response":{"id":"resp_1","object":"response","status":"incomplete","incomplete_details":{"reason":"steered"},"output":[]}}""";

    public static TheoryData<string> Names => [.. Replies.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_replay_equals_the_recording(string name)
    {
        using var folder = new TestFolder();
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Replies[name];
        string live;
        var clock = name == "pauses" ? null : new RetryClock(); // which stands still: a busy machine adds no pauses of its own
        using (var client = SocketClient(server, options => options.Handler = new RecordingHandler(folder.Path) { TimeProvider = clock }))
        {
            live = await SeenAsync(client);
        }

        string text = File.ReadAllText(Assert.Single(Recording.FilesIn(folder.Path)));
        foreach (var transport in new[] { TransportKind.Http, TransportKind.WebSocket })
        {
            using var replay = Client(server.Http1, options => (options.Transport, options.Handler) = (transport, new ReplayHandler(folder.Path)));
            Assert.Equal(live, await SeenAsync(replay));
        }

        if (name is not ("no answer" or "error" or "closed at once"))
        {
            Assert.Contains("< 200 OK (WebSocket)\n", text, StringComparison.Ordinal);
            Assert.Contains($"\n| data: {Created}\n|\n", text, StringComparison.Ordinal);
        }

        if (name != "error amid") // which ends the reading; whether the end is still seen depends on timing
        {
            Assert.Equal(name is "cut" or "no answer", text.Contains("! cut", StringComparison.Ordinal));
        }

        Assert.Equal(name == "closed", text.EndsWith("\n! close 1011 broke\n", StringComparison.Ordinal));
        Assert.Equal(name == "closed at once", text.EndsWith("\n! close 1013 try again later\n", StringComparison.Ordinal));

        Assert.Equal(name == "reset", text.Contains("! reset", StringComparison.Ordinal));
        Assert.DoesNotContain(Key, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_a_socket_was_closed_on_is_not_sent_again_in_a_replay_either()
    {
        using var folder = new TestFolder();
        File.WriteAllText(Path.Combine(folder.Path, "1" + Recording.FileExtension), "# OpenAIStream recording 1\n\n> POST /responses\n\n! close 1011\n");
        using var replay = Client(new Uri("http://127.0.0.1:9"), options => options.Handler = new ReplayHandler(folder.Path) { MatchOn = RecordingMatch.Path });
        int attempts = 0;
        var options = new RequestOptions { OnEvent = callEvent => attempts += callEvent is RequestSending ? 1 : 0 };
        var lost = await Assert.ThrowsAsync<ApiConnectionException>(() => replay.Responses.CreateAsync(Question, options, TestStop));
        Assert.Contains("closed the socket with code 1011", lost.Message, StringComparison.Ordinal);
        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task Input_for_a_response_that_is_being_written_is_recorded_where_it_was_sent_and_expected_again()
    {
        using var folder = new TestFolder();
        await using var server = await LoopbackServer.StartAsync();
        string[] successor = Of("resp_2", "Short.");
        server.Enqueue(Reply.Sse(Created, Said).WaitFor("steered").Send(string.Concat(successor.Prepend(Steered).Select(static text => $"data: {text}\n\n"))));
        string[] live;
        using (var client = SocketClient(server, options => options.Handler = new RecordingHandler(folder.Path)))
        {
            live = await SteerAsync(client, "shorter", () => server.Signal("steered"));
        }

        string text = File.ReadAllText(Assert.Single(Recording.FilesIn(folder.Path)));
        int sent = text.IndexOf("\n> {\"type\":\"response.steer\",\"previous_response_id\":\"resp_1\",\"input\":\"shorter\"}\n", StringComparison.Ordinal);
        Assert.InRange(sent, text.IndexOf(Said, StringComparison.Ordinal), text.IndexOf(Steered, StringComparison.Ordinal));
        Assert.Equal(text, Recording.Parse(text).ToString());

        using var replay = Client(server.Http1, options => options.Handler = new ReplayHandler(folder.Path));
        Assert.Equal(live, await SteerAsync(replay, "shorter", () => { }));
        using var other = Client(server.Http1, options => options.Handler = new ReplayHandler(folder.Path));
        var wrong = await Assert.ThrowsAsync<ApiException>(() => SteerAsync(other, "longer", () => { }));
        Assert.Contains("$.input", wrong.Message, StringComparison.Ordinal);
        using var lenient = Client(server.Http1, options => options.Handler = new ReplayHandler(folder.Path) { MatchOn = RecordingMatch.Path });
        Assert.Equal(live, await SteerAsync(lenient, "longer", () => { }));
    }

    private static async Task<string[]> SteerAsync(OpenAIClient client, string input, Action steered)
    {
        using var stream = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
        var seen = new List<string>();
        while (await stream.MoveNextAsync())
        {
            seen.Add(stream.Current.ToJson());
            if (seen.Count == 2)
            {
                await stream.SteerAsync(input, TestStop);
                steered();
            }
        }

        Assert.True(stream.IsComplete);
        return [.. seen];
    }

    private static async Task<string> SeenAsync(OpenAIClient client)
    {
        try
        {
            using var stream = await client.Responses.CreateStreamingAsync(Question, new RequestOptions { MaximumRetryCount = 0 }, TestStop);
            var read = await stream.ReadAsync();
            return string.Join("\n", read.Chunks.Select(chunk => chunk.ToJson()).Append(Describe(read.Error)));
        }
        catch (ApiException exception)
        {
            return Describe(exception);
        }
    }

    private static string Describe(Exception? error) => error is null ? "complete"
        : $"{error.GetType().Name} {(error as StreamEndedEarlyException)?.End} {(error as ApiStatusException)?.StatusCode} {(error as ApiException)?.Code} {(error as ApiException)?.RequestId} {(error as ApiException)?.PartialText}";
}
