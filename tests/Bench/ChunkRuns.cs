namespace OpenAIStream.Bench;

/// <summary>Bytes to typed chunks, framing alone, and pieces of several sizes: 100,000 chunks in memory.</summary>
internal static class ChunkRuns
{
    private const int Count = 100_000;
    private const int Rounds = 25;

    public static void Run()
    {
        byte[] chat = Inputs.Chat(Count);
        Typed(chat);
        Pieces(chat);
    }

    private static void Typed(byte[] chat)
    {
        var payloads = Inputs.Payloads(chat);
        var race = new Race(Count, Rounds);
        race.Add("ours", () => Chunks.Ours(new MemoryStream(chat)));
        race.Add("dotnet", () => Peers.OpenAIChat(new MemoryStream(chat)));
        race.Add("extensions", () => Peers.ExtensionsChat(new MemoryStream(chat)));
        race.Add("models", () => Chunks.OurModels(payloads));
        race.Add("stj", () => Chunks.SourceGenerated(payloads));
        race.Add("walk", () => Chunks.Walk(payloads));
        race.Add("scan", () => Chunks.IndexOfScan(chat));
        race.Add("framing", () => Chunks.OurFraming(new MemoryStream(chat)));
        race.Add("system framing", () => Chunks.SystemFraming(new MemoryStream(chat)));
        var results = race.Run();

        const string Part = "Bytes to typed chunk";
        Show(Part, $"OpenAIStream, {payloads.Average(payload => payload.Length):0} bytes a chunk", results["ours"]);
        Show(Part, "OpenAI (openai-dotnet) 2.15.0", results["dotnet"]);
        Show(Part, "Microsoft.Extensions.AI.OpenAI 10.11.0", results["extensions"]);
        Show(Part, "System.Text.Json, source-generated, without framing", results["stj"]);
        Show(Part, "OpenAIStream's models alone, without framing", results["models"]);
        Show(Part, "Utf8JsonReader from token to token, nothing made", results["walk"]);
        Show(Part, "IndexOf from line to line", results["scan"]);
        Ratio(Part, "openai-dotnet / OpenAIStream", Over(results, "dotnet", "ours"), "at least 5", 5, atLeast: true);
        Ratio(Part, "OpenAIStream / source-generated System.Text.Json", Over(results, "ours", "stj"), "at most 1", 1);
        Ratio(Part, "OpenAIStream / Utf8JsonReader's walk", Over(results, "ours", "walk"), "at most 1.4", 1.4);
        double bytes = results["ours"].Bytes;
        Figures.Add(Part, "memory allocated", $"{bytes:0} bytes a chunk", "at most 320", bytes <= 320);
        Show("Framing", "OpenAIStream", results["framing"]);
        Show("Framing", "System.Net.ServerSentEvents.SseParser", results["system framing"]);
        Ratio("Framing", "OpenAIStream / SseParser", Over(results, "framing", "system framing"), "at most 1", 1);
        Figures.Add("Framing", "memory allocated", $"{results["framing"].Bytes:0} bytes a chunk", "0", results["framing"].Bytes < 1);
    }

    private static void Pieces(byte[] chat)
    {
        var race = new Race(Count, Rounds);
        foreach (int size in new[] { 8, 1460, 16384 })
        {
            race.Add($"ours {size}", () => Chunks.OurDecoder(new PieceStream(chat, size)));
            race.Add($"system {size}", () => Chunks.SystemDecoder(new PieceStream(chat, size)));
        }

        var results = race.Run();
        foreach (int size in new[] { 16384, 1460, 8 })
        {
            Show("Decoder, in pieces", $"OpenAIStream, {size} bytes", results[$"ours {size}"]);
            Show("Decoder, in pieces", $"SseParser, {size} bytes", results[$"system {size}"]);
        }

        Ratio("Decoder, in pieces", "OpenAIStream, 8 bytes / 16 KiB", Over(results, "ours 8", "ours 16384"), "at most 6", 6);
    }

    public static void Show(string part, string what, Result result) =>
        Figures.Add(part, what, $"{result.Nanoseconds:0} ns, {result.Bytes:0} bytes a chunk");

    public static double Over(Dictionary<string, Result> results, string one, string other) => results[one].Over(results[other]);

    public static void Ratio(string part, string what, double ratio, string reach, double limit, bool atLeast = false) =>
        Figures.Add(part, what, Figures.Number(ratio) + "x", reach, atLeast ? ratio >= limit : ratio <= limit);
}
