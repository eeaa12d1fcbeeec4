using System.Diagnostics;

namespace OpenAIStream.Bench;

/// <summary>
/// The events of one long response over HTTP and over a socket, in turns, from the same server, which sends as a service
/// does: over HTTP each event in an HTTP chunk of its own and with the line of its name, over the socket each in a frame.
/// </summary>
internal static class SocketRuns
{
    private const int Count = 100_000;
    private const int Rounds = 15;

    public static async Task RunAsync()
    {
        using var process = Process.Start(Repository.Bench(AppContext.BaseDirectory, "serve", $"{Environment.ProcessId}"))!;
        var address = new Uri((await process.StandardOutput.ReadLineAsync())!);
        using var http = Client(address, TransportKind.Http);
        using var socket = Client(address, TransportKind.WebSocket);
        var race = new Race(Count, Rounds);
        race.Add("http", () => Read(http));
        race.Add("socket", () => Read(socket));
        var results = race.Run();

        const string Part = "Responses over a socket";
        ChunkRuns.Show(Part, "HTTP, from the connection to typed events", results["http"]);
        ChunkRuns.Show(Part, "WebSocket, the same", results["socket"]);
        ChunkRuns.Ratio(Part, "WebSocket / HTTP", ChunkRuns.Over(results, "socket", "http"), "at most 1", 1);
        double more = results["socket"].Bytes - results["http"].Bytes;
        Figures.Add(Part, "memory allocated, WebSocket more than HTTP", $"{more:+0;-0;0} bytes a chunk", "none", more < 1);
        process.Kill();
    }

    private static OpenAIClient Client(Uri address, TransportKind transport) => new(new OpenAIClientOptions { BaseAddress = address, Transport = transport });

    private static long Read(OpenAIClient client)
    {
        using var stream = client.Responses.CreateStreaming(new ResponseRequest { Model = $"response-{Count}", Input = "hi" });
        return Chunks.OurResponse(stream);
    }
}
