using OpenAIStream.Loopback;
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
        ["cut"] = Reply.Sse(Created, Said).Cut(),
        ["reset"] = Reply.Sse(Created, Said).Delay(100).Reset(),
        ["no answer"] = new Reply().Cut(),
        ["error"] = Reply.Json(404, """{"error":{"message":"m","code":"c"}}""").Header("x-request-id", "req_1"),
        ["error amid"] = Reply.Sse(Created, Said, """{"type":"error","code":"c","message":"m"}"""),
    };

    public static TheoryData<string> Names => [.. Replies.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_replay_equals_the_recording(string name)
    {
        using var folder = new TestFolder();
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Replies[name];
        string live;
        using (var client = SocketClient(server, options => options.Handler = new RecordingHandler(folder.Path)))
        {
            live = await SeenAsync(client);
        }

        string text = File.ReadAllText(Assert.Single(Recording.FilesIn(folder.Path)));
        foreach (var transport in new[] { TransportKind.Http, TransportKind.WebSocket })
        {
            using var replay = Client(server.Http1, options => (options.Transport, options.Handler) = (transport, new ReplayHandler(folder.Path)));
            Assert.Equal(live, await SeenAsync(replay));
        }

        if (name is not ("no answer" or "error"))
        {
            Assert.Contains("< 200 OK (WebSocket)\n", text, StringComparison.Ordinal);
            Assert.Contains($"\n| data: {Created}\n|\n", text, StringComparison.Ordinal);
        }

        if (name != "error amid") // which ends the reading; whether the end is still seen depends on timing
        {
            Assert.Equal(name is "closed" or "cut" or "no answer", text.Contains("! cut", StringComparison.Ordinal));
        }

        Assert.Equal(name == "reset", text.Contains("! reset", StringComparison.Ordinal));
        Assert.DoesNotContain(Key, text, StringComparison.Ordinal);
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
