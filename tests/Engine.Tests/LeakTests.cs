using System.Diagnostics;
using OpenAIStream.Loopback;
using Xunit;

namespace OpenAIStream.Tests.Engine;

/// <summary>Stops leave nothing behind.</summary>
public class LeakTests(ITestOutputHelper output)
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("OPENAISTREAM_LONG") == "1";
    private static readonly int EarlyStops = IsLong ? 1000 : 50;
    private static readonly int CtrlCs = IsLong ? 1000 : 10;

    [Theory]
    [InlineData(Scripts.Completion)]
    [InlineData(Scripts.Chat)]
    [InlineData($"& {{ $s = {Scripts.Chat} -NoEnumerate; foreach ($c in $s) {{ $c }} }}")]
    [InlineData($"& {{ $s = {Scripts.Chat} -NoEnumerate; while ($s.MoveNext()) {{ $s.Current }} }}")]
    [InlineData($"& {{ $s = {Scripts.Chat} -NoEnumerate; $s | ForEach-Object {{ $_ }} }}")]
    public async Task Many_stops_leave_no_connections_threads_or_handles(string command)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Scripts.OneChunkThenSilence;
        using var shell = new Shell(server.Http1);
        await StopOften(shell, command); // until pools and caches have their final size
        var before = Count();

        await StopOften(shell, command);

        var after = Count();
        output.WriteLine($"LEAKS before {before}, after {after}");
        Assert.Equal(2 * (EarlyStops + CtrlCs), server.Requests.Count);
        await AllConnectionsClosed(server);
        Assert.Empty(shell.Errors);

        // The pool's threads come and go; a leak would show as one per stop.
        Assert.InRange(after.Threads, 0, before.Threads + 10);
        Assert.InRange(after.Handles, 0, before.Handles + 20);
    }

    private static async Task StopOften(Shell shell, string command)
    {
        for (int stops = 0; stops < EarlyStops; stops++)
        {
            Assert.Single(shell.Run($"{command} | Select-Object -First 1"));
        }

        for (int stops = 0; stops < CtrlCs; stops++)
        {
            using var running = shell.Start(command);
            await running.FirstOutput;
            running.Pipeline.Stop();
        }
    }

    private static async Task AllConnectionsClosed(LoopbackServer server)
    {
        for (int tries = 0; server.OpenConnections > 0 && tries < 100; tries++)
        {
            await Task.Delay(20);
        }

        Assert.Equal(0, server.OpenConnections);
    }

    private static (int Threads, int Handles) Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return (process.Threads.Count, process.HandleCount);
    }
}
