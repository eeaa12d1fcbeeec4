namespace OpenAIStream.Bench;

/// <summary>Streams as services sent them, and responses that reason, write and call functions.</summary>
internal static class RecordedRuns
{
    private const int Rounds = 25;

    // Long enough that a round measures the reading: each begins with a collection, after which memory is touched for the
    // first time, and that took half of a round of 20,000 chunks.
    private const int Repeats = 50;

    public static void Run()
    {
        Response();
        Chat();
        Responses();
    }

    private static void Chat()
    {
        byte[][] streams = Streams("chat");
        if (streams.Length == 0)
        {
            return;
        }

        var payloads = streams.SelectMany(Inputs.Payloads).ToArray();
        const string Part = "Recorded chat streams";
        var results = Race(payloads, streams, Chunks.Ours, Readable(streams, Peers.OpenAIChat), Peers.OpenAIChat);
        ChunkRuns.Show(Part, $"{streams.Length} streams of several services, {payloads.Length} chunks, {payloads.Average(static payload => payload.Length):0} bytes a chunk", results["ours"]);
        ChunkRuns.Show(Part, "Utf8JsonReader's walk over the same", results["walk"]);
        ChunkRuns.Ratio(Part, "OpenAIStream / Utf8JsonReader's walk", ChunkRuns.Over(results, "ours", "walk"), "at most 1.7", 1.7);
        Figures.Add(Part, "memory allocated", $"{results["ours"].Bytes:0} bytes a chunk", "at most 450", results["ours"].Bytes <= 450);
        Compare(Part, results, null);
    }

    private static void Responses()
    {
        byte[][] streams = Streams("responses");
        if (streams.Length == 0)
        {
            return;
        }

        const string Part = "Recorded streams of the Responses API";
        var payloads = streams.SelectMany(Inputs.Payloads).ToArray();
        var results = Race(payloads, streams, Ours, Readable(streams, Peers.OpenAIResponse), Peers.OpenAIResponse);
        ChunkRuns.Show(Part, $"{streams.Length} streams of several services, {payloads.Length} events, {payloads.Average(static payload => payload.Length):0} bytes an event", results["ours"]);
        ChunkRuns.Show(Part, "Utf8JsonReader's walk over the same", results["walk"]);
        ChunkRuns.Ratio(Part, "OpenAIStream / Utf8JsonReader's walk", ChunkRuns.Over(results, "ours", "walk"), "at most 1.8", 1.8);
        Compare(Part, results, 4);
    }

    /// <summary>As many deltas of reasoning as of text and of a function's arguments.</summary>
    private static void Response()
    {
        byte[] response = Inputs.Response(30_000);
        const string Part = "A response of reasoning, text and a function call";
        var payloads = Inputs.Payloads(response);
        var results = Race(payloads, [response], Ours, [response], Peers.OpenAIResponse, 5);
        ChunkRuns.Show(Part, $"OpenAIStream, {payloads.Average(static payload => payload.Length):0} bytes an event", results["ours"]);
        ChunkRuns.Show(Part, "Utf8JsonReader's walk over the same", results["walk"]);
        ChunkRuns.Ratio(Part, "OpenAIStream / Utf8JsonReader's walk", ChunkRuns.Over(results, "ours", "walk"), "at most 1.8", 1.8);
        Compare(Part, results, 4);
    }

    private static Dictionary<string, Result> Race(
        ReadOnlyMemory<byte>[] payloads, byte[][] streams, Func<Stream, long> ours, byte[][] readable, Func<Stream, long> dotnet, int repeats = Repeats)
    {
        var race = new Race(payloads.Length * repeats, Rounds);
        race.Add("ours", () => Repeat(streams, ours, repeats));
        race.Add("walk", () => Enumerable.Range(0, repeats).Sum(_ => Chunks.Walk(payloads)));
        var results = race.Run();
        var peers = new Race(readable.Sum(static stream => Inputs.Payloads(stream).Length) * repeats, Rounds / 2);
        peers.Add("ours too", () => Repeat(readable, ours, repeats));
        peers.Add("dotnet", () => Repeat(readable, dotnet, repeats));
        foreach (var (name, result) in peers.Run())
        {
            results.Add(name, result);
        }

        return results;
    }

    private static void Compare(string part, Dictionary<string, Result> results, double? reach)
    {
        ChunkRuns.Show(part, "OpenAI (openai-dotnet) 2.15.0, what it can read of them", results["dotnet"]);
        double ratio = ChunkRuns.Over(results, "dotnet", "ours too");
        Figures.Add(part, "openai-dotnet / OpenAIStream", Figures.Number(ratio) + "x", reach is null ? "" : $"at least {reach}", reach is null ? null : ratio >= reach);
    }

    private static long Repeat(byte[][] streams, Func<Stream, long> read, int times)
    {
        long sum = 0;
        for (int i = 0; i < times; i++)
        {
            foreach (byte[] stream in streams)
            {
                sum += read(new MemoryStream(stream));
            }
        }

        return sum;
    }

    /// <summary>Ours, up to the error at the end of one of the recordings.</summary>
    private static long Ours(Stream bytes)
    {
        try
        {
            return Chunks.OurResponse(bytes);
        }
        catch (ApiException)
        {
            return 1;
        }
    }

    private static byte[][] Readable(byte[][] streams, Func<Stream, long> peer) => Array.FindAll(streams, stream =>
    {
        try
        {
            return peer(new MemoryStream(stream)) >= 0;
        }
        catch (Exception)
        {
            return false; // streams of other services, or errors
        }
    });

    private static byte[][] Streams(string api)
    {
        string folder = Path.Combine(Repository.Root, "..", "shared", "captures", api);
        if (Directory.Exists(folder))
        {
            return [.. Directory.GetFiles(folder, "*.sse").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        }

        Console.WriteLine($"Not run: recorded streams ({api}), because ../shared/captures does not exist.");
        return [];
    }
}
