namespace OpenAIStream.Bench;

/// <summary>Chunks joined into the whole answer.</summary>
internal static class Joining
{
    private const int Times = 20; // the same amount of work on both sides

    public static void Run()
    {
        var few = Read(10_000);
        var many = Read(200_000);
        var race = new Race(1, 15);
        race.Add("few", () => Enumerable.Range(0, Times).Sum(_ => Join(few)) / Times);
        race.Add("many", () => Join(many));
        var results = race.Run();
        double ratio = results["many"].Nanoseconds / (results["few"].Nanoseconds / Times);
        Figures.Add("Joining", "10,000 chunks", $"{results["few"].Nanoseconds / Times / 10_000:0} ns a chunk");
        Figures.Add("Joining", "200,000 chunks", $"{results["many"].Nanoseconds / 200_000:0} ns a chunk");
        Figures.Add("Joining", "200,000 chunks / 10,000 chunks", Figures.Number(ratio, "0.0") + "x", "20, give or take 20 %", ratio is >= 16 and <= 24);
    }

    private static List<ChatCompletionChunk> Read(int count)
    {
        using var stream = Chunks.Open(new MemoryStream(Inputs.Chat(count)));
        return [.. stream.ToBlockingEnumerable()];
    }

    private static int Join(List<ChatCompletionChunk> chunks)
    {
        var joined = new ChatCompletionAccumulator();
        foreach (var chunk in chunks)
        {
            joined.Add(chunk);
        }

        return joined.Text.Length;
    }
}
