using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using OpenAIStream.Loopback;
using OpenAIStream.Tests.Streaming;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;
using static OpenAIStream.Tests.WebSockets.SocketSetup;

namespace OpenAIStream.Tests.WebSockets;

/// <summary>The official Node.js client and this one, with sockets to the same server: they must receive the same events.</summary>
public class NodeTests
{
    [Fact]
    public async Task The_official_client_sees_the_same_events()
    {
        string folder = Path.Combine(Folder(), "node");
        Assert.SkipUnless(Directory.Exists(Path.Combine(folder, "node_modules", "openai")), "Not run: the official client is not there. Run 'npm ci' in tests/Core.Tests/WebSockets/node.");
        string[][] responses = [.. Captures.Files("responses").SelectMany(Recorded.Responses)];
        await using var server = await LoopbackServer.StartAsync();
        Serve(server, responses);
        string[] theirs = await RunAsync(folder, $"{server.Http1}v1", responses.Length);
        Assert.All(server.Requests, request => Assert.Equal("WebSocket", request.Protocol));

        server.Clear();
        Serve(server, responses);
        using var client = Client(new Uri(server.Http1, "v1"), options => options.Transport = TransportKind.WebSocket);
        var ours = new List<string>();
        foreach (string[] _ in responses)
        {
            using var stream = await client.Responses.CreateStreamingAsync(Question, null, TestStop);
            var read = await stream.ReadAsync();
            ours.AddRange(read.Chunks.Select(chunk => chunk.ToJson()));
            if (read.Error is ApiException { Body: string body })
            {
                ours.Add(body); // here an error is raised, there it is an event
            }
        }

        Assert.Equal(theirs.Length, ours.Count);
        for (int i = 0; i < theirs.Length; i++)
        {
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(theirs[i]), JsonNode.Parse(ours[i])), $"Event {i}: theirs {theirs[i]}, ours {ours[i]}");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{responses.Length} responses, {ours.Count} events");
    }

    private static void Serve(LoopbackServer server, string[][] responses) => server.Enqueue([.. responses.Select(static events => Reply.Sse(events))]);

    private static async Task<string[]> RunAsync(string folder, string address, int count)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("node", ["responses.mjs", address, $"{count}"]) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
            string output = await process.StandardOutput.ReadToEndAsync(TestStop);
            await process.WaitForExitAsync(TestStop);
            Assert.Equal(0, process.ExitCode);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Win32Exception exception)
        {
            Assert.Skip($"Not run: Node.js is not there ({exception.Message}).");
            return [];
        }
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
