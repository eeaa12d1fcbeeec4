using System.Management.Automation;
using OpenAIStream.Loopback;
using Xunit;

namespace OpenAIStream.Tests.Engine;

/// <summary>A stop from outside, in each phase of a request.</summary>
public class StopTests(ITestOutputHelper output)
{
    // On an idle machine it takes a few milliseconds; this limit is for a machine that builds something else meanwhile.
    internal static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1500);

    private static readonly string[] Phases =
    [
        "connecting", "shaking hands", "waiting for headers", "sleeping before a retry", "the server silent in mid-stream", "between chunks",
    ];

    public static TheoryData<string, string> StreamsInEachPhase =>
        [.. Phases.SelectMany(phase => new[] { Scripts.Completion, Scripts.Chat }.Select(command => (phase, command)))];

    public static TheoryData<string> EachPhase => [.. Phases];

    [Theory]
    [MemberData(nameof(StreamsInEachPhase))]
    public Task Ctrl_C_closes_the_connection(string phase, string command) =>
        StopIn(phase, command, running => running.Pipeline.Stop());

    [Theory]
    [InlineData("connecting")]
    [InlineData("shaking hands")]
    [InlineData("waiting for headers")]
    [InlineData("sleeping before a retry")]
    public Task Ctrl_C_closes_the_connection_of_a_whole_answer_too(string phase) =>
        StopIn(phase, Scripts.WholeChat, running => running.Pipeline.Stop());

    [Theory]
    [MemberData(nameof(EachPhase))]
    public Task Disposing_the_pipeline_closes_the_connection(string phase) =>
        StopIn(phase, Scripts.Chat, running => running.Pipeline.Dispose());

    [Theory]
    [MemberData(nameof(EachPhase))]
    public Task Closing_the_runspace_closes_the_connection(string phase) =>
        StopIn(phase, Scripts.Chat, running => running.Pipeline.Runspace.Close(), isRunspaceUsable: false);

    [Fact]
    public Task Ctrl_C_ends_a_pipeline_whose_output_is_assigned() =>
        StopIn("waiting for headers", $"$answer = {Scripts.Chat}", running => running.Pipeline.Stop());

    [Fact]
    public async Task Ctrl_C_ends_a_replay_that_is_silent()
    {
        var folder = Directory.CreateTempSubdirectory("recordings");
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "1.recording.txt"),
            $"# OpenAIStream recording 1\n> POST /v1/x\n< 200\n< Content-Type: text/event-stream\n| data: {Scripts.Chunk("one")}\n|\n! stall\n",
            TestContext.Current.CancellationToken);
        using var shell = new Shell(new Uri("http://127.0.0.1:9/"));
        using var running = shell.Start($"Connect-OpenAI -ReplayFrom '{folder.FullName}' -MatchOn Method; {Scripts.Chat}");
        await running.FirstOutput;

        var asked = Moment.Now();
        running.Pipeline.Stop();
        await running.Ended();

        var returned = Moment.Now().Since(asked);
        folder.Delete(true);
        output.WriteLine($"LATENCY replay: pipeline ended after {returned.TotalMilliseconds:0.0} ms");
        Assert.Equal(PSInvocationState.Stopped, running.State);
        Assert.True(returned < Soon, $"The pipeline ended only after {returned.TotalMilliseconds:0} ms.");
        Assert.Empty(shell.Errors);
    }

    [Theory]
    [InlineData(Scripts.Completion)]
    [InlineData(Scripts.Chat)]
    [InlineData(Scripts.WholeChat)]
    public async Task Ctrl_C_at_any_moment_leaves_no_error(string command)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse([.. Enumerable.Repeat(Scripts.Chunk("fast"), 500)]).Stall();
        using var shell = new Shell(server.Http1);
        for (int round = 0; round < 60; round++)
        {
            using var running = shell.Start(command);
            Thread.Sleep(TimeSpan.FromMilliseconds(round / 4.0));

            running.Pipeline.Stop();
            await running.Ended();

            Assert.Equal(PSInvocationState.Stopped, running.State);
            Assert.Empty(shell.Errors);
            Assert.Empty(running.Pipeline.Streams.Error);
        }
    }

    [Theory]
    [InlineData("waiting for headers")]
    [InlineData("sleeping before a retry")]
    public Task Ctrl_C_closes_the_connection_of_a_stream_before_it_is_passed_on(string phase) =>
        StopIn(phase, Scripts.Chat + " -NoEnumerate", running => running.Pipeline.Stop());

    [Theory]
    [InlineData(Scripts.Completion)]
    [InlineData(Scripts.Chat)]
    public async Task Ctrl_C_closes_the_connection_while_a_script_block_downstream_works(string command)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Scripts.OneChunkThenSilence);
        using var shell = new Shell(server.Http1);
        using var running = shell.Start($"{command} | ForEach-Object {{ Write-Warning 'working'; Start-Sleep 60 }}");
        await running.FirstWarning;

        var asked = Moment.Now();
        running.Pipeline.Stop();
        var gone = await server.WaitForClientGone(0, TimeSpan.FromSeconds(10));

        Assert.True(gone.Since(asked) < Soon);
        Assert.Empty(shell.Errors);
    }

    [Theory]
    [InlineData("foreach ($chunk in $stream) { $chunk }")]
    [InlineData("while ($stream.MoveNext()) { $stream.Current }")]
    [InlineData("$stream | ForEach-Object { $_ }")]
    public async Task Ctrl_C_ends_a_script_that_reads_a_stream_by_hand(string reading)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Scripts.OneChunkThenSilence);
        using var shell = new Shell(server.Http1);
        using var running = shell.Start($"$stream = {Scripts.Chat} -NoEnumerate; {reading}");
        await running.FirstOutput;

        var asked = Moment.Now();
        running.Pipeline.Stop();
        await running.Ended();
        var gone = await server.WaitForClientGone(0, TimeSpan.FromSeconds(10));

        Assert.Equal(PSInvocationState.Stopped, running.State);
        Assert.True(gone.Since(asked) < Soon, $"The server saw the client go only after {gone.Since(asked).TotalMilliseconds:0} ms.");
        Assert.Empty(shell.Errors);
    }

    [Fact]
    public async Task Ctrl_C_closes_the_connections_of_streams_that_run_in_parallel()
    {
        const int Streams = 3;
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Scripts.OneChunkThenSilence;
        using var shell = new Shell(server.Http1);
        using var running = shell.Start($"1..{Streams} | ForEach-Object -Parallel {{ Import-Module '{Setup.ModulePath}'; {Scripts.Chat} }}");
        await server.WaitForRequest(Streams - 1, TimeSpan.FromSeconds(10));

        var asked = Moment.Now();
        running.Pipeline.Stop();
        for (int stream = 0; stream < Streams; stream++)
        {
            var gone = await server.WaitForClientGone(stream, TimeSpan.FromSeconds(10));
            Assert.True(gone.Since(asked) < Soon);
        }
    }

    [Fact]
    public async Task Stopping_a_job_closes_its_connection()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Scripts.OneChunkThenSilence;
        using var shell = new Shell(server.Http1);
        shell.Run($"$job = Start-ThreadJob {{ Import-Module '{Setup.ModulePath}'; {Scripts.Chat} }}");
        await server.WaitForRequest(0, TimeSpan.FromSeconds(10));

        var asked = Moment.Now();
        shell.Run("Stop-Job $job; Remove-Job $job");
        var gone = await server.WaitForClientGone(0, TimeSpan.FromSeconds(10));

        Assert.True(gone.Since(asked) < Soon);
        Assert.Empty(shell.Errors);
    }

    private async Task StopIn(string phaseName, string command, Action<Running> stop, bool isRunspaceUsable = true)
    {
        await using var phase = await Phase.Begin(phaseName);
        using var shell = new Shell(phase.Address);
        using var running = shell.Start(command);
        await phase.Reached(running);

        var asked = Moment.Now();
        stop(running);
        await running.Ended();
        var returned = Moment.Now().Since(asked);
        var gone = (await phase.ClientGone())?.Since(asked);

        output.WriteLine($"LATENCY {phaseName}: client gone after {gone?.TotalMilliseconds:0.0} ms, pipeline ended after {returned.TotalMilliseconds:0.0} ms");
        Assert.Equal(PSInvocationState.Stopped, running.State);
        Assert.True(returned < Soon, $"The pipeline ended only after {returned.TotalMilliseconds:0} ms.");
        Assert.True(gone is null || gone < Soon, $"The server saw the client go only after {gone?.TotalMilliseconds:0} ms.");
        if (isRunspaceUsable)
        {
            Assert.Empty(shell.Errors);
            Assert.Equal("still here", Assert.Single(shell.Run("'still here'")).BaseObject);
        }
    }
}
