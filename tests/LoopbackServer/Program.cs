using System.Diagnostics;
using System.Text.Json;

namespace OpenAIStream.Loopback;

internal static class Program
{
    private const int BadUsage = 2;

    private static async Task<int> Main(string[] arguments)
    {
        CommandLine line;
        try
        {
            line = CommandLine.Parse(arguments);
        }
        catch (BadScriptException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return BadUsage;
        }

        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(line.Script);
        server.Default = line.Default;
        await using var control = await ControlApi.StartAsync(server);
        await SayWhereAsync(server, control);
        await Task.WhenAny(control.StopAsked, line.Parent is int parent ? ParentGoneAsync(parent) : InputClosedAsync());
        return 0;
    }

    private static async Task SayWhereAsync(LoopbackServer server, ControlApi control)
    {
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(new
        {
            http1 = server.Http1,
            http2 = server.Http2,
            https = server.Https,
            control = control.Address,
        }));
        await Console.Out.FlushAsync();
    }

    private static async Task ParentGoneAsync(int parent)
    {
        try
        {
            using var process = Process.GetProcessById(parent);
            await process.WaitForExitAsync();
        }
        catch (ArgumentException)
        {
            // No such process: it ended before the check.
        }
    }

    // A read of standard input blocks its thread even when it is asynchronous, so it gets its own pool thread.
    private static Task InputClosedAsync() => Task.Run(() =>
    {
        using var input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[256];
        while (input.Read(ignored) > 0)
        {
        }
    });
}
