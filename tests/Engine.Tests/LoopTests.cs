using System.Collections;
using System.Management.Automation;
using OpenAIStream.Loopback;
using Xunit;

namespace OpenAIStream.Tests.Engine;

/// <summary>
/// Scripts that loop over a stream returned by -NoEnumerate: leaving the loop closes the connection, so does the end of the
/// runspace, and nothing else.
/// </summary>
public class LoopTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    /// <summary>{0} records the time and leaves the loop.</summary>
    private static readonly (string Way, string Script)[] Ways =
    [
        ("break", "foreach ($c in $s) { {0}; break }"),
        ("break after several", "$i = 0; foreach ($c in $s) { if ($i++ -gt 5) { {0}; break } }"),
        ("throw, caught outside", "try { foreach ($c in $s) { {0}; throw 'enough' } } catch { $Error.Clear() }"),
        ("return from a function", "function Get-One { foreach ($c in $s) { {0}; return $c } }; $null = Get-One"),
        ("return from a function with parameters", "function Get-One { [CmdletBinding()] param($s) foreach ($c in $s) { {0}; return $c } }; $null = Get-One $s"),
        ("a script block", "& { foreach ($c in $s) { {0}; break } }"),
        ("a script block in this scope", ". { foreach ($c in $s) { {0}; break } }"),
        ("ForEach-Object", "1 | ForEach-Object { foreach ($c in $s) { {0}; break } }"),
        ("a method", "class Reader { static [void] Read($s) { foreach ($c in $s) { {0}; break } } }; [Reader]::Read($s)"),
        ("another module", "$module = New-Module { function Read-One($s) { foreach ($c in $s) { {0}; break } } }; Read-One $s"),
        ("a loop around it", "foreach ($round in 1, 2) { foreach ($c in $s) { {0}; break }; break }"),
        ("a loop around it, by its label", ":rounds foreach ($round in 1, 2) { foreach ($c in $s) { {0}; break rounds } }"),
        ("loops within it", "foreach ($c in $s) { foreach ($n in 1, 2) { }; foreach ($n in $null) { }; foreach ($n in 5) { {0} }; break }"),
        ("switch", "switch ($s) { default { {0}; break } }"),
        ("steps before it", "$null = $s.MoveNext(); foreach ($c in $s) { {0}; break }"),
        ("stepping in it", "foreach ($c in $s) { $null = $foreach.MoveNext(); {0}; break }"),
        ("while and break", "while ($s.MoveNext()) { {0}; break }"),
        ("while and break after several", "$i = 0; while ($s.MoveNext()) { if ($i++ -gt 5) { {0}; break } }"),
        ("while and throw, caught outside", "try { while ($s.MoveNext()) { {0}; throw 'enough' } } catch { $Error.Clear() }"),
        ("while and return from a function", "function Get-One { while ($s.MoveNext()) { {0}; return $s.Current } }; $null = Get-One"),
        ("while and a loop around it", "foreach ($round in 1, 2) { while ($s.MoveNext()) { {0}; break }; break }"),
        ("while and an enumerator", "$each = $s.GetEnumerator(); while ($each.MoveNext()) { {0}; break }"),
        ("while after steps", "$null = $s.MoveNext(); while ($s.MoveNext()) { {0}; break }"),
        ("do while", "$i = 0; do { if ($i++ -gt 1) { {0}; break } } while ($s.MoveNext())"),
        ("for", "for (; $s.MoveNext(); ) { {0}; break }"),
        ("a pipeline, by break", "foreach ($once in 1) { $s | ForEach-Object { {0}; break } }"),
        ("a pipeline, by throw", "try { $s | ForEach-Object { {0}; throw 'enough' } } catch { $Error.Clear() }"),
        ("a pipeline, by Select-Object", "$null = $s | ForEach-Object { {0}; $_ } | Select-Object -First 1"),
        ("a function's output", "function Get-All { $s }; try { Get-All | ForEach-Object { {0}; throw 'enough' } } catch { $Error.Clear() }"),
        ("a pipeline in a function", "function Get-One { $s | ForEach-Object { {0}; throw 'enough' } }; try { Get-One } catch { $Error.Clear() }"),
    ];

    public static TheoryData<string, bool> EachWay => [.. from way in Ways from silent in new[] { true, false } select (way.Way, silent)];

    [Theory]
    [MemberData(nameof(EachWay))]
    public async Task Leaving_a_loop_closes_the_connection(string way, bool isServerSilent)
    {
        string loop = Ways.Single(known => known.Way == way).Script.Replace("{0}", Scripts.Leaving, StringComparison.Ordinal);
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(isServerSilent ? ManyChunksThenSilence() : Scripts.ChunksForAMinute);
        using var shell = new Shell(server.Http1);
        shell.Run("Start-Sleep 0"); // loads its module before anything stops
        using var running = shell.Start($"$s = {Scripts.Chat} -NoEnumerate; {loop}; Start-Sleep 60");

        var gone = await server.WaitForClientGone(0, Long);
        running.Pipeline.Stop();
        await running.Ended();
        var after = gone.Since(new Moment(shell.LeftAt, default));

        output.WriteLine($"LATENCY loop left by {way}: client gone after {after.TotalMilliseconds:0.0} ms");
        Assert.True(after < StopTests.Soon, $"The server saw the client go only after {after.TotalMilliseconds:0} ms.");
        Assert.All(shell.Errors, error => Assert.Contains("enough", error, StringComparison.Ordinal)); // the stop may be faster than the script's catch
    }

    [Theory]
    [InlineData("foreach ($c in $s) { $c; Start-Sleep -Milliseconds 120 }")]
    [InlineData("foreach ($c in $s) { $c; foreach ($n in 1, 2) { Start-Sleep -Milliseconds 60 }; foreach ($n in $null) { }; foreach ($n in @()) { } }")]
    [InlineData("foreach ($c in $s) { $c; foreach ($n in 'one') { Start-Sleep -Milliseconds 120; continue }; continue }")]
    [InlineData("foreach ($c in $s) { $c; & { foreach ($n in 1, 2) { Start-Sleep -Milliseconds 60; break } } }")]
    [InlineData("foreach ($c in $s) { $c; 1, 2 | ForEach-Object { foreach ($n in 1, 2) { Start-Sleep -Milliseconds 30; break } } }")]
    [InlineData("foreach ($round in 1) { foreach ($c in $s) { $c; Start-Sleep -Milliseconds 120 } }")]
    [InlineData("foreach ($c in $s) { $c; foreach ($n in $(Start-Sleep -Milliseconds 120)) { } }")]
    [InlineData("function Read-All { foreach ($c in $s) { $c; Start-Sleep -Milliseconds 120 } }; Read-All")]
    [InlineData("switch ($s) { default { $_; Start-Sleep -Milliseconds 120 } }")]
    [InlineData("$s | ForEach-Object { $_; foreach ($n in 1, 2) { Start-Sleep -Milliseconds 60 } }")]
    [InlineData("while ($s.MoveNext()) { $s.Current; foreach ($n in 1, 2) { Start-Sleep -Milliseconds 60; break } }")]
    [InlineData("while ($s.MoveNext()) { $s.Current; Start-Sleep -Milliseconds 120 }")]
    [InlineData("function Read-All($s) { while ($s.MoveNext()) { & { $s.Current; Start-Sleep -Milliseconds 120 } } }; Read-All $s")]
    [InlineData("while ($true) { if (-not $s.MoveNext()) { break }; $s.Current; Start-Sleep -Milliseconds 120 }")]
    [InlineData("$i = 0; while ($i++ -lt 2 -and $s.MoveNext()) { $s.Current }; Start-Sleep -Milliseconds 120; foreach ($c in $s) { $c }")]
    [InlineData("$null = $s.MoveNext() | Out-Null; $s.Current; Start-Sleep -Milliseconds 120; while ($s.MoveNext()) { $s.Current }")]
    [InlineData("function Step { $s.MoveNext() }; while (Step) { $s.Current; Start-Sleep -Milliseconds 120 }")]
    [InlineData("1..9 | ForEach-Object { if ($s.MoveNext()) { $s.Current; Start-Sleep -Milliseconds 60 } }")]
    [InlineData("while ($s.MoveNext()) { $s.Current; Start-Sleep -Milliseconds 60; $null = $s.MoveNext(); $s.Current }")]
    [InlineData("$s | ForEach-Object { $_; Start-Sleep -Milliseconds 120 }")]
    [InlineData("function Get-All { $s }; Get-All | ForEach-Object { $_; Start-Sleep -Milliseconds 120 }")]
    [InlineData("$each = $s.GetEnumerator(); foreach ($n in 1, 2) { $null = $each.MoveNext(); $each.Current }; Start-Sleep -Milliseconds 120; while ($each.MoveNext()) { $each.Current }")]
    public async Task A_slow_loop_reads_to_the_end(string loop)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse(Scripts.Chunk("a"), Scripts.Chunk("b"), Scripts.Chunk("c"), Scripts.Chunk("d", "\"stop\""), "[DONE]"));
        using var shell = new Shell(server.Http1);

        var read = shell.Run($"$s = {Scripts.Chat} -NoEnumerate; {loop}");

        Assert.Equal(["a", "b", "c", "d"], read.Select(chunk => (string)chunk.Properties["Text"].Value));
        Assert.Equal("Done", Assert.Single(shell.Run("$s.End")).ToString());
        Assert.Empty(shell.Errors);
    }

    [Fact]
    public async Task Ctrl_C_takes_effect_between_chunks_that_arrive_without_a_wait()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Scripts.ChunksForAMinute);
        using var shell = new Shell(server.Http1);
        var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        shell.Runspace.SessionStateProxy.SetVariable("readAll", (IEnumerable chunks) =>
        {
            var each = chunks.GetEnumerator();
            while (each.MoveNext()) // code that the engine cannot interrupt
            {
                reading.TrySetResult();
            }
        });
        using var running = shell.Start($"$s = {Scripts.Chat} -NoEnumerate; $readAll.Invoke($s)");
        await reading.Task.WaitAsync(Long, TestContext.Current.CancellationToken);

        var asked = Moment.Now();
        running.Pipeline.Stop();
        await running.Ended();
        var gone = await server.WaitForClientGone(0, Long);

        Assert.Equal(PSInvocationState.Stopped, running.State);
        Assert.True(gone.Since(asked) < StopTests.Soon, $"The server saw the client go only after {gone.Since(asked).TotalMilliseconds:0} ms.");
        Assert.Empty(shell.Errors);
    }

    [Fact]
    public async Task Ctrl_C_in_the_body_of_a_loop_closes_the_connection()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Scripts.OneChunkThenSilence);
        using var shell = new Shell(server.Http1);
        using var running = shell.Start($"$s = {Scripts.Chat} -NoEnumerate; foreach ($c in $s) {{ Write-Warning 'in it'; Start-Sleep 60 }}");
        await running.FirstWarning;

        var asked = Moment.Now();
        running.Pipeline.Stop();
        var gone = await server.WaitForClientGone(0, Long);

        Assert.True(gone.Since(asked) < StopTests.Soon, $"The server saw the client go only after {gone.Since(asked).TotalMilliseconds:0} ms.");
        Assert.Empty(shell.Errors);
    }

    [Theory]
    [InlineData("foreach ($c in $s) { $c }")]
    [InlineData("foreach ($c in $s) { $c; Start-Sleep 60 }")]
    [InlineData("while ($s.MoveNext()) { $s.Current }")]
    [InlineData("while ($s.MoveNext()) { $s.Current; Start-Sleep 60 }")]
    [InlineData("$s | ForEach-Object { $_ }")]
    [InlineData("$s | ForEach-Object { $_; Start-Sleep 60 }")]
    [InlineData("function Get-All { $s }; Get-All")]
    public async Task Ctrl_C_closes_a_stream_that_flows_every_time(string reading)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Flowing();
        using var shell = new Shell(server.Http1);
        var latencies = new List<TimeSpan>();
        for (int stops = 0; stops < 10; stops++)
        {
            using var running = shell.Start($"$s = {Scripts.Chat} -NoEnumerate; {reading}");
            await running.FirstOutput;

            var asked = Moment.Now();
            running.Pipeline.Stop();
            latencies.Add((await server.WaitForClientGone(stops, Long)).Since(asked));

            Assert.Equal("Disposed", Assert.Single(shell.Run("$s.End")).ToString());
        }

        output.WriteLine($"LATENCY stop in {reading}: client gone after {string.Join(", ", latencies.Order().Select(latency => $"{latency.TotalMilliseconds:0}"))} ms");
        Assert.True(latencies.Order().ElementAt(5) < TimeSpan.FromMilliseconds(100), "Half of the stops took longer than that.");
        Assert.All(latencies, latency => Assert.True(latency < StopTests.Soon, $"The server saw the client go only after {latency.TotalMilliseconds:0} ms."));
        Assert.Empty(shell.Errors);
    }

    [Theory]
    [InlineData("foreach ($c in $s) { $c }")]
    [InlineData("while ($s.MoveNext()) { $s.Current }")]
    [InlineData("$s | ForEach-Object { $_ }")]
    [InlineData("$null = $s.MoveNext(); $s.Current")]
    public async Task Closing_the_runspace_closes_a_running_stream(string reading)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Flowing();
        for (int ends = 0; ends < 3; ends++)
        {
            using var shell = new Shell(server.Http1);
            using var running = shell.Start($"$s = {Scripts.Chat} -NoEnumerate; {reading}");
            await running.FirstOutput;

            var asked = Moment.Now();
            shell.Runspace.Close();
            var after = (await server.WaitForClientGone(ends, Long)).Since(asked);

            output.WriteLine($"LATENCY end of the runspace in {reading}: client gone after {after.TotalMilliseconds:0} ms");
            Assert.True(after < StopTests.Soon, $"The server saw the client go only after {after.TotalMilliseconds:0} ms.");
        }
    }

    [Fact]
    public async Task A_loop_that_was_left_does_not_continue_however_soon()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Flowing());
        using var shell = new Shell(server.Http1);

        var said = shell.Run($"$s = {Scripts.Chat} -NoEnumerate; while ($s.MoveNext()) {{ break }}; try {{ $s.MoveNext() }} catch {{ $_.Exception.InnerException.GetType().Name; $Error.Clear() }}");

        Assert.Equal("ObjectDisposedException", Assert.Single(said).ToString());
    }

    private static Reply Flowing()
    {
        var reply = Reply.Sse(Scripts.Chunk("one"));
        for (int count = 0; count < 6000; count++)
        {
            reply = reply.Delay(5).Send($"data: {Scripts.Chunk("more")}\n\n");
        }

        return reply;
    }

    private static Reply ManyChunksThenSilence() => Reply.Sse([.. Enumerable.Repeat(Scripts.Chunk("one"), 10)]).Stall();
}
