using OpenAIStream.Bench;

const int Count = 100_000;
byte[] chat = Inputs.Chat(Count);
var payloads = Inputs.Payloads(chat);
Console.WriteLine($"{payloads.Average(p => p.Length):0} bytes");
int rounds = args.Length > 0 ? int.Parse(args[0], null) : 7;
var race = new Race(Count, rounds);
race.Add("ours", () => Chunks.Ours(new MemoryStream(chat)));
race.Add("openai-dotnet", () => Chunks.OpenAIDotnet(new MemoryStream(chat)));
race.Add("models", () => Chunks.OurModels(payloads));
race.Add("stj", () => Chunks.SourceGenerated(payloads));
race.Add("walk", () => Chunks.Walk(payloads));
race.Add("indexof", () => Chunks.IndexOfScan(chat));
race.Add("framing", () => Chunks.OurFraming(new MemoryStream(chat)));
race.Add("sysframing", () => Chunks.SystemFraming(new MemoryStream(chat)));
race.Add("dec", () => Chunks.OurDecoder(new MemoryStream(chat)));
race.Add("sysdec", () => Chunks.SystemDecoder(new MemoryStream(chat)));
foreach (int size in new[] { 8, 1460, 16384 })
{
    race.Add($"framing{size}", () => Chunks.OurFraming(new PieceStream(chat, size)));
    race.Add($"dec{size}", () => Chunks.OurDecoder(new PieceStream(chat, size)));
    race.Add($"sysdec{size}", () => Chunks.SystemDecoder(new PieceStream(chat, size)));
}
if (args.Length > 1)
{
    for (int i = 0; i < 40; i++) { Chunks.Ours(new MemoryStream(chat)); }
    return;
}

foreach (var r in race.Run().Values)
{
    Console.WriteLine($"{r.Name,-20}{r.Nanoseconds,8:0}{r.Bytes,8:0}");
}
