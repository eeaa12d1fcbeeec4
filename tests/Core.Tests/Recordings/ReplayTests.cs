using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using OpenAIStream.Tests.Http;
using Xunit;

namespace OpenAIStream.Tests.Recordings;

/// <summary>A replay behaves like a network for all code above it: retries, timeouts, errors, cancellation.</summary>
public sealed class ReplayTests
{
    [Fact]
    public async Task A_stream_is_replayed_without_key_and_network()
    {
        using var folder = new TestFolder();
        folder.Add(TestFolder.Ask, TestFolder.Answer, TestFolder.Stop);
        using var client = folder.Replay();
        Assert.Equal(("Hello", null), await TestFolder.ReadAsync(client));
        Assert.Equal(("Hello", null), await TestFolder.ReadAsync(client)); // the last answers forever
    }

    [Fact]
    public async Task No_connection_is_tried()
    {
        using var folder = new TestFolder();
        folder.Add(TestFolder.Ask, TestFolder.Answer, TestFolder.Stop);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = folder.Replay(options =>
        {
            options.BaseAddress = new Uri($"http://{listener.LocalEndpoint}/v1/");
            options.Proxy = new WebProxy($"http://{listener.LocalEndpoint}/");
        });
        Assert.Equal(("Hello", null), await TestFolder.ReadAsync(client));
        Assert.IsType<RecordingNotFoundException>((await TestFolder.ReadAsync(client, "other")).Error);
        Assert.False(listener.Pending(), "something has connected");
    }

    public static TheoryData<string, string, Type, string> Faults => new()
    {
        { "cut", TestFolder.Answer + "\n! cut", typeof(StreamEndedEarlyException), "Hello" },
        { "reset", TestFolder.Answer + "\n! reset", typeof(StreamEndedEarlyException), "Hello" },
        { "end of body", TestFolder.Answer, typeof(StreamEndedEarlyException), "Hello" },
        { "cut before the answer", "! cut", typeof(ApiConnectionException), "" },
        { "reset before the answer", "! reset", typeof(ApiConnectionException), "" },
        { "refused", "! refused", typeof(ApiConnectionException), "" },
        { "timeout", "! timeout", typeof(ApiTimeoutException), "" },
        { "401", "< 401 Unauthorized\n| {\"error\":{\"message\":\"no\"}}", typeof(ApiAuthenticationException), "" },
        { "429", "< 429 Too Many Requests\n< Retry-After: 1\n| {}", typeof(RateLimitException), "" },
        { "HTML", "< 200 OK\n< Content-Type: text/html\n| <html>", typeof(ResponseFormatException), "" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_replayed_fault_looks_like_one_on_the_network(string name, string answer, Type error, string text)
    {
        using var folder = new TestFolder();
        folder.Add(TestFolder.Ask, answer);
        using var client = folder.Replay(options => options.MaximumRetryCount = 0);
        var result = await TestFolder.ReadAsync(client);
        Assert.True(result.Error?.GetType() == error, $"{name}: {result.Error}");
        Assert.Equal(text, result.Text);
    }

    [Fact]
    public async Task A_retry_meets_the_next_recording()
    {
        var clock = new RetryClock();
        using var folder = new TestFolder();
        folder.Add(TestFolder.Ask, "< 429 Too Many Requests\n< Retry-After: 3\n| {}");
        folder.Add(TestFolder.Ask, "! reset");
        folder.Add(TestFolder.Ask, TestFolder.Answer, TestFolder.Stop);
        using var client = folder.Replay(options => (options.TimeProvider, options.Jitter) = (clock, () => 0));
        Assert.Equal(("Hello", null), await TestFolder.ReadAsync(client, options: clock.Skipping()));
        Assert.Equal([3, 1], clock.WaitSeconds);
    }

    [Theory]
    [InlineData("! reset", 0)]
    [InlineData("! refused", 2)]
    public async Task A_request_that_must_not_be_sent_twice_is_retried_only_if_no_connection_was_recorded(string fault, int retries)
    {
        var clock = new RetryClock();
        using var folder = new TestFolder();
        for (int i = 0; i < 3; i++)
        {
            folder.Add("# OpenAIStream recording 1\n> POST /v1/things\n| {}", fault);
        }

        using var client = folder.Replay(options => options.TimeProvider = clock);
        await Assert.ThrowsAsync<ApiConnectionException>(() => client.SendAsync(HttpMethod.Post, "things", new JsonMap(), clock.Skipping(), Setup.TestStop));
        Assert.Equal(retries, clock.WaitSeconds.Count);
    }

    [Theory]
    [InlineData("< 200 OK\n! stall")]
    [InlineData("! stall")]
    public async Task Silence_ends_at_the_operation_timeout(string answer)
    {
        var clock = new FakeTimeProvider();
        using var folder = new TestFolder();
        folder.Add(TestFolder.Ask, answer);
        using var client = folder.Replay(options => (options.TimeProvider, options.MaximumRetryCount) = (clock, 0));
        var reading = TestFolder.ReadAsync(client);
        for (int i = 0; !reading.IsCompleted && i < 200; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(30));
            await Task.Delay(5, Setup.TestStop); // until the other thread waits, or has seen that time has passed
        }

        Assert.Equal(TimeoutKind.Operation, Assert.IsType<ApiTimeoutException>((await reading).Error).Timeout);
    }

    [Theory]
    [InlineData("< 200 OK\n< Content-Type: text/event-stream\n! stall")]
    [InlineData("! stall")]
    [InlineData("~ 60 s\n< 200 OK")]
    public async Task A_stop_takes_effect_at_once(string answer)
    {
        using var folder = new TestFolder();
        folder.Add(TestFolder.Ask, answer);
        using var client = folder.Replay(speed: 1);
        using var stop = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            await using var stream = await client.Completions.CreateStreamingAsync(Setup.Ask, cancellationToken: stop.Token);
            await stream.MoveNextAsync();
        }, Setup.TestStop);
        await Task.Delay(100, Setup.TestStop);
        Assert.False(reading.IsCompleted, "it ended before the stop");
        long begun = Stopwatch.GetTimestamp();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalMilliseconds, 0, 100);
    }

    [Theory]
    [InlineData(0, "~ 40 s", 0)]
    [InlineData(1, "~ 40 s", 40)]
    [InlineData(10, "~ 40 s", 4)]
    [InlineData(0.5, "~ 40 s", 80)]
    [InlineData(0, "! stall 40 s", 40)]
    [InlineData(10, "! stall 40 s", 40)]
    public async Task The_pace_is_the_recorded_pace_times_the_speed(double speed, string pause, double seconds)
    {
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.Zero };
        var begun = clock.GetUtcNow();
        using var folder = new TestFolder();
        folder.Add(TestFolder.Ask, TestFolder.Answer, pause, TestFolder.Stop);
        using var client = folder.Replay(options => options.TimeProvider = clock, speed);
        var reading = TestFolder.ReadAsync(client);
        for (int i = 0; !reading.IsCompleted && i < 2000; i++)
        {
            await Task.Delay(2, Setup.TestStop);
            clock.Advance(reading.IsCompleted ? TimeSpan.Zero : TimeSpan.FromSeconds(1));
        }

        Assert.Equal(("Hello", null), await reading);
        Assert.InRange((clock.GetUtcNow() - begun).TotalSeconds, seconds, seconds + 25); // steps of a thread that watches later
    }

    [Fact]
    public async Task Different_requests_may_come_in_any_order()
    {
        using var folder = new TestFolder();
        foreach (int i in Enumerable.Range(0, 20))
        {
            folder.Add(TestFolder.Ask.Replace("\"hi\"", $"\"{i}\"", StringComparison.Ordinal), TestFolder.Answer.Replace("Hello", $"{i}", StringComparison.Ordinal), TestFolder.Stop);
        }

        using var client = folder.Replay();
        string[] texts = await Task.WhenAll(Enumerable.Range(0, 20).Reverse().Select(i => Task.Run(async () => (await TestFolder.ReadAsync(client, $"{i}")).Text, Setup.TestStop)));
        Assert.Equal(Enumerable.Range(0, 20).Reverse().Select(i => $"{i}"), texts);
    }

    [Theory]
    [InlineData("9999-z", "10000-a")]
    [InlineData("9", "10")]
    [InlineData("10", "by hand")]
    [InlineData("a", "b")]
    public async Task Recordings_are_ordered_by_their_numbers_and_then_by_their_names(string one, string other)
    {
        using var folder = new TestFolder();
        folder.Add(TestFolder.Ask, TestFolder.Answer.Replace("Hello", "second", StringComparison.Ordinal), TestFolder.Stop);
        File.Move(Assert.Single(folder.Files), Path.Combine(folder.Path, other + Recording.FileExtension));
        folder.Add(TestFolder.Ask, TestFolder.Answer.Replace("Hello", "first", StringComparison.Ordinal), TestFolder.Stop);
        File.Move(folder.Files.Single(file => Path.GetFileName(file).StartsWith("0002", StringComparison.Ordinal)), Path.Combine(folder.Path, one + Recording.FileExtension));
        using var client = folder.Replay();
        Assert.Equal(("first", null), await TestFolder.ReadAsync(client));
        Assert.Equal(("second", null), await TestFolder.ReadAsync(client));
    }

    [Theory]
    [InlineData(null, "does not exist")]
    [InlineData("", "contains no recordings")]
    [InlineData("nonsense", "line 1")]
    public void A_folder_that_cannot_be_replayed_is_an_error_at_once(string? content, string message)
    {
        using var folder = new TestFolder();
        if (content?.Length > 0)
        {
            folder.Add(content);
        }

        var error = Assert.ThrowsAny<ApiException>(() => new ReplayHandler(folder.Path + (content is null ? "nowhere" : "")));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_can_be_recorded()
    {
        using var folder = new TestFolder();
        using var copy = new TestFolder();
        folder.Add(TestFolder.Ask, TestFolder.Answer, TestFolder.Stop);
        using (var client = folder.Replay(options => options.Handler = new RecordingHandler(copy.Path, options.Handler!)))
        {
            Assert.Equal(("Hello", null), await TestFolder.ReadAsync(client));
        }

        using var again = copy.Replay();
        Assert.Equal(("Hello", null), await TestFolder.ReadAsync(again));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void An_invalid_speed_is_refused(double speed)
    {
        using var folder = new TestFolder();
        folder.Add(TestFolder.Ask, TestFolder.Answer, TestFolder.Stop);
        Assert.Contains("Speed", Assert.Throws<ApiConfigurationException>(() => new ReplayHandler(folder.Path) { Speed = speed }).Message, StringComparison.Ordinal);
    }
}
