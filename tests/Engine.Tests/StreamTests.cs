using System.Management.Automation;
using OpenAIStream.Loopback;
using Xunit;

namespace OpenAIStream.Tests.Engine;

/// <summary>When objects reach the pipeline.</summary>
public class StreamTests
{
    private const int Count = 7;

    [Theory]
    [InlineData(Scripts.Completion)]
    [InlineData(Scripts.Chat)]
    public async Task Each_chunk_is_in_the_pipeline_before_the_server_sends_the_next(string command)
    {
        await using var server = await LoopbackServer.StartAsync();
        var reply = Reply.Sse();
        for (int at = 0; at < Count; at++)
        {
            // The server sends a chunk only when the script block downstream has received the one before.
            reply = reply.Send($"data: {Scripts.Chunk($"<{at}>")}\n\n").WaitFor($"seen <{at}>");
        }

        server.Enqueue(reply.Send("data: [DONE]\n\n"));
        using var shell = new Shell(server.Http1);
        shell.Runspace.SessionStateProxy.SetVariable("server", server);
        using var running = shell.Start($"{command} | ForEach-Object {{ $_; $server.Signal(\"seen $($_.Text)\") }}");
        await running.Ended();

        Assert.Equal(PSInvocationState.Completed, running.State);
        Assert.Equal(Enumerable.Range(0, Count).Select(at => $"<{at}>"), running.Output.Select(chunk => (string)chunk.Properties["Text"].Value));
    }

    [Theory]
    [InlineData(Scripts.Completion)]
    [InlineData(Scripts.Chat)]
    public async Task Two_runspaces_stream_at_once(string command)
    {
        await using var server = await LoopbackServer.StartAsync();
        // Each stream continues only when the other has returned its first chunk.
        server.Enqueue(
            Reply.Sse(Scripts.Chunk("a")).WaitFor("b").Send($"data: {Scripts.Chunk("A", "\"stop\"")}\n\ndata: [DONE]\n\n"),
            Reply.Sse(Scripts.Chunk("b")).WaitFor("a").Send($"data: {Scripts.Chunk("B", "\"stop\"")}\n\ndata: [DONE]\n\n"));
        using var one = new Shell(server.Http1);
        using var other = new Shell(server.Http1);
        string script = $"{command} | ForEach-Object {{ $_.Text; $server.Signal($_.Text) }}";
        one.Runspace.SessionStateProxy.SetVariable("server", server);
        other.Runspace.SessionStateProxy.SetVariable("server", server);

        using var first = one.Start(script);
        using var second = other.Start(script);
        await Task.WhenAll(first.Ended(), second.Ended());

        Assert.Equal(["a", "A", "b", "B"], first.Output.Concat(second.Output).Select(text => (string)text.BaseObject).Order(StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_retry_is_announced_when_its_wait_begins()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Json(429, """{"error":{"message":"slow down"}}""").Header("retry-after", "60"));
        using var shell = new Shell(server.Http1);
        using var running = shell.Start($"{Scripts.Chat} -Verbose");

        await running.FirstWarning;

        Assert.Equal(PSInvocationState.Running, running.State);
        string[] verbose = [.. running.Pipeline.Streams.Verbose.Select(record => record.Message)];
        Assert.Equal(3, verbose.Length);
        Assert.Matches(@"^POST http://127\.0\.0\.1:\d+/chat/completions \(attempt 1, \d+ bytes\)$", verbose[0]);
        Assert.StartsWith("Status 429 after ", verbose[1], StringComparison.Ordinal);
        Assert.Equal("Retrying in 60 s (attempt 2): The service returned 429: slow down", verbose[2]);
        running.Pipeline.Stop();
    }

    [Fact]
    public async Task A_cmdlet_stopped_before_its_first_prompt_asks_nothing()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var shell = new Shell(server.Http1);
        using var running = shell.Start($"& {{ Write-Warning begun; Start-Sleep 60; 'hi' }} | Invoke-OpenAIChatCompletion -Stream");
        await running.FirstWarning;

        running.Pipeline.Stop();
        await running.Ended();

        Assert.Equal(PSInvocationState.Stopped, running.State);
        Assert.Empty(shell.Errors);
        Assert.Empty(server.Requests);
    }
}
