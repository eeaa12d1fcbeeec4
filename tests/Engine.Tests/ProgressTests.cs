using System.Management.Automation;
using OpenAIStream.Loopback;
using Xunit;

namespace OpenAIStream.Tests.Engine;

/// <summary>The progress bar of a slow call without text.</summary>
public class ProgressTests
{
    private const string Answer = """{"choices":[{"index":0,"message":{"content":"x"},"finish_reason":"stop"}]}""";

    [Fact]
    public async Task A_slow_answer_shows_a_progress_bar_until_it_arrives()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Waiting().Send(Answer));
        using var shell = new Shell(server.Http1);
        using var running = shell.Start(Scripts.WholeChat);

        await Running.First(running.Pipeline.Streams.Progress);
        server.Signal("go");
        await running.Ended();

        Assert.Equal(PSInvocationState.Completed, running.State);
        Assert.Equal(["Waiting for the response"], Bars(running).Select(record => record.Activity).Distinct());
        Assert.Equal("hi", Bars(running)[0].CurrentOperation);
        Assert.Equal(ProgressRecordType.Completed, Bars(running)[^1].RecordType);
    }

    [Fact]
    public async Task A_failed_answer_removes_its_progress_bar()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Waiting().Cut());
        using var shell = new Shell(server.Http1);
        shell.Run($"Connect-OpenAI -BaseUri '{server.Http1}' -MaximumRetryCount 0");
        using var running = shell.Start(Scripts.WholeChat);

        await Running.First(running.Pipeline.Streams.Progress);
        server.Signal("go");
        await running.Ended();

        Assert.True(running.Pipeline.HadErrors);
        Assert.Equal(ProgressRecordType.Completed, Bars(running)[^1].RecordType);
    }

    [Theory]
    [InlineData(Scripts.WholeChat)]
    [InlineData(Scripts.Chat)]
    public async Task The_wait_before_a_retry_shows_a_progress_bar(string command)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Json(429, """{"error":{"message":"slow down"}}""").Header("retry-after", "60"));
        using var shell = new Shell(server.Http1);
        using var running = shell.Start(command);

        await Running.First(running.Pipeline.Streams.Progress);

        Assert.EndsWith("retrying in 60 s (attempt 2): The service returned 429: slow down", Bars(running)[0].StatusDescription, StringComparison.Ordinal);
        running.Pipeline.Stop();
        await running.Ended();
        Assert.Empty(shell.Errors);
    }

    [Theory]
    [InlineData(Scripts.WholeChat)]
    [InlineData(Scripts.Chat)]
    public async Task A_fast_answer_shows_none(string command)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(command == Scripts.Chat ? Reply.Sse(Scripts.Chunk("x"), "[DONE]") : Reply.Json(200, Answer));
        using var shell = new Shell(server.Http1);
        using var running = shell.Start(command);
        await running.Ended();

        Assert.Empty(Bars(running));
    }

    private static Reply Waiting() => Reply.Json(200, "").WaitFor("go");

    private static ProgressRecord[] Bars(Running running) => [.. running.Pipeline.Streams.Progress];
}
