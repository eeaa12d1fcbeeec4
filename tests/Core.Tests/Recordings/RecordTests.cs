using System.IO.Compression;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using OpenAIStream.Loopback;
using OpenAIStream.Tests.Http;
using Xunit;

namespace OpenAIStream.Tests.Recordings;

/// <summary>Everything that passes is recorded unchanged, except for secrets.</summary>
public sealed class RecordTests
{
    private readonly FakeTimeProvider _clock = new();

    public static TheoryData<string> Captured => [.. new[] { "chat", "completions", "responses" }.SelectMany(Captures.Files)];

    [Theory]
    [MemberData(nameof(Captured))]
    public async Task A_capture_is_replayed_byte_for_byte_and_piece_for_piece(string file)
    {
        Captures.SkipIfMissing(file);
        using var folder = new TestFolder();
        byte[] all = await File.ReadAllBytesAsync(file, Setup.TestStop);
        byte[][] pieces = [.. all.Chunk(1000)];
        byte[] passed = await RecordAsync(folder, new StubHandler(_clock, pieces, TimeSpan.FromMilliseconds(5)), Post("/v1/x", "{}"));
        Assert.Equal(all, passed);

        var sizes = new List<int>();
        byte[] replayed = await StubHandler.ReadAsync(new ReplayHandler(folder.Path), Post("/v1/x", "{}"), 4096, sizes);
        Assert.Equal(all, replayed);
        Assert.Equal(pieces.Select(piece => piece.Length), sizes);
    }

    [Fact]
    public async Task Pauses_are_recorded_and_text_that_arrives_at_once_is_one_piece()
    {
        using var folder = new TestFolder();
        byte[][] pieces = [[1], [2], [3]];
        await RecordAsync(folder, new StubHandler(_clock, pieces, TimeSpan.FromMilliseconds(7)), Post("/v1/x", "{}"));
        Assert.Equal("7 1 7 2 7 3", Steps(folder.Only));
        using var other = new TestFolder();
        await RecordAsync(other, new StubHandler(_clock, pieces), Post("/v1/x", "{}"));
        Assert.Equal("123", Steps(other.Only));
    }

    public static TheoryData<string, Exception, RecordedFaultKind> Ends => new()
    {
        { "cut", new IOException("over"), RecordedFaultKind.Cut },
        { "reset", new IOException("reset", new SocketException((int)SocketError.ConnectionReset)), RecordedFaultKind.Reset },
        { "stopped", new OperationCanceledException(), RecordedFaultKind.Cut },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task The_partial_text_is_kept_when_a_stream_breaks(string name, Exception end, RecordedFaultKind kind)
    {
        using var folder = new TestFolder();
        var broken = await Assert.ThrowsAnyAsync<Exception>(() => RecordAsync(folder, new StubHandler(_clock, ["data: a\n\n"u8.ToArray()], TimeSpan.FromMilliseconds(1), end), Post("/v1/x", "{}")));
        Assert.Same(end, broken);
        Assert.Equal("data: a\n\n", Encoding.UTF8.GetString(Assert.Single(RecordingTextTests.Pieces(folder.Only))));
        Assert.True(folder.Only.Body[^1] is RecordedFault fault && fault.Kind == kind, name);
    }

    [Fact]
    public async Task Silence_until_the_operation_timeout_is_a_stall()
    {
        using var folder = new TestFolder();
        using var silent = new TestFolder();
        silent.Add(TestFolder.Ask, TestFolder.Answer, "! stall");
        using var client = silent.Replay(options => (options.TimeProvider, options.Handler) = (_clock, new RecordingHandler(folder.Path, options.Handler!)));
        var reading = TestFolder.ReadAsync(client);
        for (int i = 0; !reading.IsCompleted && i < 200; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(30));
            await Task.Delay(5, Setup.TestStop); // until the other thread waits, or has seen that time has passed
        }

        Assert.IsType<ApiTimeoutException>((await reading).Error);
        Assert.Equal(new RecordedFault(RecordedFaultKind.Stall), folder.Only.Body[^1]);
    }

    [Fact]
    public async Task Leaving_early_keeps_what_had_arrived()
    {
        using var folder = new TestFolder();
        using (var invoker = new HttpMessageInvoker(Recording(folder, new StubHandler(_clock, ["a\n"u8.ToArray(), "b\n"u8.ToArray()], TimeSpan.FromMilliseconds(1)))))
        using (var response = await invoker.SendAsync(Post("/v1/x", "{}"), Setup.TestStop))
        using (var body = await response.Content.ReadAsStreamAsync(Setup.TestStop))
        {
            Assert.Equal(2, await body.ReadAsync(new byte[100], Setup.TestStop));
            Assert.Empty(folder.Files);
        }

        Assert.EndsWith("| a\n! cut\n", folder.Only.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_connection_is_recorded_and_replayed()
    {
        using var folder = new TestFolder();
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://{listener.LocalEndpoint}/v1/");
        listener.Stop();
        using (var client = Setup.Client(address, options => (options.Handler, options.MaximumRetryCount) = (new RecordingHandler(folder.Path), 0)))
        {
            Assert.IsType<ApiConnectionException>((await TestFolder.ReadAsync(client)).Error);
        }

        Assert.Contains("\n! refused\n", folder.Only.ToString(), StringComparison.Ordinal);
        using var replay = folder.Replay(options => options.MaximumRetryCount = 0);
        var error = Assert.IsType<ApiConnectionException>((await TestFolder.ReadAsync(replay)).Error);
        Assert.Contains("refused", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_are_numbered_and_named_even_when_concurrent()
    {
        using var folder = new TestFolder();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => RecordAsync(folder, new StubHandler(_clock, [[1]]), Post("/openai/v1/chat/completions?a=b", "{}")))));
        Assert.Equal(Enumerable.Range(1, 40).Select(i => $"{i:0000}-post-chat-completions{OpenAIStream.Recording.FileExtension}"), folder.Files.Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_compressed_answer_is_recorded_as_readable_text()
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            zip.Write("data: a\n\n"u8);
        }

        using var folder = new TestFolder();
        var stub = new StubHandler(_clock, [packed.ToArray()]) { Set = response => response.Content.Headers.ContentEncoding.Add("gzip") };
        Assert.Equal("data: a\n\n"u8.ToArray(), await RecordAsync(folder, stub, Post("/v1/x", "{}")));
        Assert.EndsWith("\n< 200 OK\n\n| data: a\n|\n", folder.Only.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_an_exchange_of_its_own()
    {
        using var folder = new TestFolder();
        await using (var server = await LoopbackServer.StartAsync())
        {
            server.Enqueue(new Reply().Status(307).Header("Location", "/v1/elsewhere").ContentLength(0), Reply.Sse(Setup.Hello, Setup.Stop, "[DONE]"));
            using var client = Setup.Client(new Uri(server.Http1, "v1/"), options => options.Handler = new RecordingHandler(folder.Path));
            Assert.Equal(("Hello", null), await TestFolder.ReadAsync(client));
        }

        Assert.Equal(["/v1/completions", "/v1/elsewhere"], folder.Files.Select(file => OpenAIStream.Recording.Load(file).Path));
        Assert.DoesNotContain("! cut", string.Concat(folder.Files.Select(File.ReadAllText)), StringComparison.Ordinal);
        using var replay = folder.Replay();
        Assert.Equal(("Hello", null), await TestFolder.ReadAsync(replay));
    }

    [Fact]
    public async Task A_failed_recording_keeps_the_answer_and_fails_the_next_request()
    {
        using var folder = new TestFolder();
        string path = Path.Combine(folder.Path, "gone");
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Setup.Hello, Setup.Stop, "[DONE]");
        using var client = Setup.Client(server.Http1, options => options.Handler = new RecordingHandler(path));
        Directory.Delete(path);
        Assert.Equal(("Hello", null), await TestFolder.ReadAsync(client));
        Directory.CreateDirectory(path);
        var error = Assert.IsType<ApiConfigurationException>((await TestFolder.ReadAsync(client)).Error);
        Assert.Contains("could not be recorded", error.Message, StringComparison.Ordinal);
        Assert.Equal(("Hello", null), await TestFolder.ReadAsync(client));
        Assert.Single(Directory.GetFiles(path));
    }

    [Fact]
    public async Task An_answer_too_long_to_record_is_still_read_and_fails_the_next_request()
    {
        using var folder = new TestFolder();
        var stub = new StubHandler(_clock, [new byte[6], new byte[6]], TimeSpan.FromMilliseconds(1));
        using var invoker = new HttpMessageInvoker(new RecordingHandler(folder.Path, stub) { TimeProvider = _clock, LongestBody = 10 });
        using (var response = await invoker.SendAsync(Post("/v1/x", "{}"), Setup.TestStop))
        {
            Assert.Equal(12, (await response.Content.ReadAsByteArrayAsync(Setup.TestStop)).Length);
        }

        Assert.Empty(folder.Files);
        var error = await Assert.ThrowsAsync<ApiConfigurationException>(() => invoker.SendAsync(Post("/v1/x", "{}"), Setup.TestStop));
        Assert.Contains("longer than", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_that_is_not_disposed_is_garbage_collected()
    {
        using var folder = new TestFolder();
        var client = Forget();
        GC.Collect();
        Assert.False(client.IsAlive, "something holds on to the handler");

        [MethodImpl(MethodImplOptions.NoInlining)]
        WeakReference Forget() => new(Recording(folder, new StubHandler(_clock, [])));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_is_an_error_before_any_request()
    {
        using var folder = new TestFolder();
        string file = Path.Combine(folder.Path, "file");
        File.WriteAllText(file, "");
        var error = Assert.Throws<ApiConfigurationException>(() => new RecordingHandler(Path.Combine(file, "below")));
        Assert.Contains("cannot be written to", error.Message, StringComparison.Ordinal);
    }

    internal static HttpRequestMessage Post(string path, string body) =>
        new(HttpMethod.Post, "https://host.example" + path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private Task<byte[]> RecordAsync(TestFolder folder, StubHandler stub, HttpRequestMessage request) =>
        StubHandler.ReadAsync(Recording(folder, stub), request);

    private RecordingHandler Recording(TestFolder folder, StubHandler stub) => new(folder.Path, stub) { TimeProvider = _clock };

    private static string Steps(OpenAIStream.Recording recording) => string.Join(" ", recording.Body.Select(step => step switch
    {
        RecordedPause pause => $"{pause.Time.TotalMilliseconds}",
        RecordedBytes piece => string.Concat(piece.Bytes.ToArray()),
        _ => step.ToString(),
    }));
}
