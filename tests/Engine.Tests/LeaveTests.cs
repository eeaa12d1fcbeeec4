using System.Management.Automation;
using OpenAIStream.Loopback;
using Xunit;

namespace OpenAIStream.Tests.Engine;

/// <summary>A pipeline that is left from within: only the engine's unwinding tells the cmdlet.</summary>
public class LeaveTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    private static readonly (string Way, string Script, PSInvocationState State, bool IsError)[] Ways =
    [
        ("Select-Object -First", $"{{0}} | ForEach-Object {{{{ {Scripts.Leaving}; $_ }}}} | Select-Object -First 1", PSInvocationState.Completed, false),
        ("throw", $"{{0}} | ForEach-Object {{{{ {Scripts.Leaving}; throw 'enough' }}}}", PSInvocationState.Failed, true),
        ("caught throw", $"try {{{{ {{0}} | ForEach-Object {{{{ {Scripts.Leaving}; throw 'enough' }}}} }}}} catch {{{{ $Error.Clear() }}}}", PSInvocationState.Completed, false),
        ("break", $"foreach ($once in 1) {{{{ {{0}} | ForEach-Object {{{{ {Scripts.Leaving}; break }}}} }}}}", PSInvocationState.Completed, false),
        ("continue", $"foreach ($once in 1) {{{{ {{0}} | ForEach-Object {{{{ {Scripts.Leaving}; continue }}}} }}}}", PSInvocationState.Completed, false),
        ("exit", $"{{0}} | ForEach-Object {{{{ {Scripts.Leaving}; exit }}}}", PSInvocationState.Completed, false),
        ("Write-Error -ErrorAction Stop", $"{{0}} | ForEach-Object {{{{ {Scripts.Leaving}; Write-Error 'enough' -ErrorAction Stop }}}}", PSInvocationState.Failed, true),
    ];

    public static TheoryData<string, string, bool> EachWay =>
    [
        .. from way in Ways
           from command in new[] { Scripts.Completion, Scripts.Chat }
           from silent in new[] { true, false }
           select (way.Way, command, silent),
    ];

    [Theory]
    [MemberData(nameof(EachWay))]
    public async Task Leaving_the_pipeline_closes_the_connection(string way, string command, bool isServerSilent)
    {
        var (_, script, state, isError) = Ways.Single(known => known.Way == way);
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(isServerSilent ? Scripts.OneChunkThenSilence : Scripts.ChunksForAMinute);
        using var shell = new Shell(server.Http1);
        using var running = shell.Start(string.Format(null, script, command));
        await running.Ended();

        var gone = await server.WaitForClientGone(0, Long);
        var after = gone.Since(new Moment(shell.LeftAt, default));

        output.WriteLine($"LATENCY left by {way}: client gone after {after.TotalMilliseconds:0.0} ms");
        Assert.True(after < StopTests.Soon, $"The server saw the client go only after {after.TotalMilliseconds:0} ms.");
        Assert.Equal(state, running.State);
        Assert.Equal(isError, shell.Errors.Length > 0);
        Assert.All(shell.Errors, error => Assert.Contains("enough", error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Scripts.Completion)]
    [InlineData(Scripts.Chat)]
    public async Task An_error_in_the_stream_closes_the_connection_although_the_server_keeps_it_open(string command)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse(Scripts.Chunk("one"), """{"error":{"message":"overloaded"}}""").Stall());
        using var shell = new Shell(server.Http1);
        using var running = shell.Start($"{command} -ErrorAction Stop | ForEach-Object {{ {Scripts.Leaving}; $_ }}");
        await running.Ended();

        var gone = await server.WaitForClientGone(0, Long);
        Assert.True(gone.Since(new Moment(shell.LeftAt, default)) < StopTests.Soon);
        Assert.Single(running.Output);
        Assert.Contains("overloaded", Assert.Single(shell.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_warning_with_action_Stop_ends_the_wait_before_a_retry()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Json(429, "{}").Header("retry-after", "60"));
        using var shell = new Shell(server.Http1);

        var began = Moment.Now();
        var stopped = Assert.ThrowsAny<RuntimeException>(() => shell.Run($"{Scripts.Chat} -WarningAction Stop"));

        Assert.Contains("WarningPreference", stopped.Message, StringComparison.Ordinal);
        Assert.True(Moment.Now().Since(began) < StopTests.Soon);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(Scripts.Chat, 1)] // the verbose message about the request
    [InlineData(Scripts.Chat, 2)] // the verbose message about its answer
    [InlineData(Scripts.Chat, 3)] // its first chunk
    [InlineData(Scripts.WholeChat, 1)]
    public async Task Leaving_at_a_verbose_text_closes_the_connection(string command, int texts)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Scripts.OneChunkThenSilence;
        using var shell = new Shell(server.Http1);
        for (int round = 0; round < 10; round++)
        {
            Assert.Equal(texts, shell.Run($"{command} -Verbose 4>&1 | Select-Object -First {texts}").Length);
        }

        // An idle connection may stay open for the next request; one that is receiving an answer may not.
        foreach (var request in server.Requests)
        {
            await server.WaitForClientGone(request.Index, Long);
        }
    }

    [Fact]
    public async Task Ctrl_C_closes_an_open_stream_that_was_not_passed_on()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Scripts.OneChunkThenSilence);
        using var shell = new Shell(server.Http1);
        using var running = shell.Start($"{Scripts.Chat} -NoEnumerate | ForEach-Object {{ Write-Warning 'taken'; Start-Sleep 60 }}");
        await running.FirstWarning;

        running.Pipeline.Stop();
        await server.WaitForClientGone(0, Long);

        Assert.Empty(shell.Errors);
    }
}
