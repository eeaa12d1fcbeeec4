using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;

namespace OpenAIStream.Bench;

/// <summary>Events of many megabytes: framing alone, and images and speech from the network to the bytes of their file.</summary>
internal static class BigRuns
{
    private const int Rounds = 15;
    private const int Piece = 1460; // the size of a TCP segment
    private const int BigEvent = 16 * 1024 * 1024;
    private const int Image = 32 * 1000 * 1000;
    private const int SpeechEvents = 2000;
    private const int SpeechPiece = 16_000;

    public static void Run()
    {
        Framing();
        Media("An image event of 32 MB", Image, Inputs.ImageEvent(Image), [Inputs.Base64(Image)], ReadImage);
        byte[] piece = Inputs.Base64(SpeechPiece);
        byte[][] pieces = [.. Enumerable.Range(0, SpeechEvents).Select(_ => piece.ToArray())]; // each in its own memory, like the events
        Media($"Speech of 32 MB in {SpeechEvents} events", SpeechPiece, Inputs.Speech(SpeechEvents, SpeechPiece), pieces, ReadSpeech);
    }

    /// <summary>In its own process: the growth of its memory, relative to the bytes of the event.</summary>
    public static void Child(string what)
    {
        bool isImage = what == "image";
        int length = isImage ? Image : BigEvent;
        Func<Stream, long> read = isImage ? ReadImage : Chunks.OurFraming;
        for (int i = 0; i < 200; i++)
        {
            read(new FilledStream(400_000)); // for code that is loaded and compiled once
        }

        Thread.Sleep(500); // the compiler works in the background
        using var process = Process.GetCurrentProcess();
        long before = process.WorkingSet64;
        if (read(new FilledStream(length)) == 0)
        {
            throw new InvalidOperationException("Nothing was read.");
        }

        process.Refresh();
        Console.WriteLine(((double)(process.PeakWorkingSet64 - before) / length).ToString("0.00", CultureInfo.InvariantCulture));
    }

    private static void Framing()
    {
        byte[] big = Inputs.BigEvent(BigEvent);
        var race = new Race(1, Rounds);
        race.Add("ours", () => Chunks.OurFraming(new PieceStream(big, Piece)));
        race.Add("system", () => Chunks.SystemFraming(new PieceStream(big, Piece)));
        var results = race.Run();
        const string Part = "One event of 16 MiB, framing";
        Figures.Add(Part, "OpenAIStream, pieces of 1460 bytes", Milliseconds(results["ours"]));
        Figures.Add(Part, "SseParser, pieces of 1460 bytes", Milliseconds(results["system"]));
        ChunkRuns.Ratio(Part, "OpenAIStream / SseParser", ChunkRuns.Over(results, "ours", "system"), "at most 1", 1);
        Peak(Part, "framing", 2.5);
    }

    private static void Media(string part, int length, byte[] events, byte[][] base64, Func<Stream, long> read)
    {
        var chunks = new List<StreamChunk>();
        read(new Keeping(events, chunks));
        var race = new Race(1, Rounds);
        race.Add("wire", () => read(new PieceStream(events, Piece)));
        race.Add("to bytes", () => chunks.Sum(static chunk => (long)ToBytes(chunk).Length));
        race.Add("decode", () => base64.Sum(text => Decode(text)));
        race.Add("text", () => base64.Sum(static text => (long)Convert.FromBase64String(System.Text.Encoding.UTF8.GetString(text)).Length));
        var results = race.Run();
        Figures.Add(part, "OpenAIStream, from the wire in pieces of 1460 bytes to the file's bytes", Milliseconds(results["wire"]));
        Figures.Add(part, "OpenAIStream, from the event to the file's bytes", Milliseconds(results["to bytes"]));
        Figures.Add(part, "Base64.DecodeFromUtf8 over the same Base64", Milliseconds(results["decode"]));
        Figures.Add(part, "a string of it, and Convert.FromBase64String", Milliseconds(results["text"]));
        ChunkRuns.Ratio(part, "from the event to the bytes / Base64.DecodeFromUtf8", ChunkRuns.Over(results, "to bytes", "decode"), "at most 1.3", 1.3);
        Figures.Add(part, "from the wire to the bytes / Base64.DecodeFromUtf8", Figures.Number(ChunkRuns.Over(results, "wire", "decode")) + "x");
        if (length == Image)
        {
            Peak(part, "image", 3);
        }
    }

    private static byte[] ToBytes(StreamChunk chunk) => chunk is ImageEvent image ? image.ToBytes() : ((SpeechEvent)chunk).ToBytes();

    private static long Decode(byte[] base64)
    {
        byte[] bytes = new byte[base64.Length / 4 * 3];
        Base64.DecodeFromUtf8(base64, bytes, out _, out int written);
        return written;
    }

    private static long ReadImage(Stream bytes) => Read<ImageEvent>(bytes);

    private static long ReadSpeech(Stream bytes) => Read<SpeechEvent>(bytes);

    private static long Read<T>(Stream bytes) where T : StreamChunk
    {
        using var stream = SseStream.Read<T>(bytes);
        long length = 0;
        while (stream.MoveNext())
        {
            (bytes as Keeping)?.Chunks.Add(stream.Current);
            length += ToBytes(stream.Current).Length;
        }

        return length;
    }

    private static void Peak(string part, string what, double most)
    {
        List<double> peaks = [];
        for (int i = 0; i < 3; i++)
        {
            var start = Repository.Bench(AppContext.BaseDirectory, "peak-child", what);
            start.Environment["DOTNET_TieredCompilation"] = "0"; // the compiler, which runs at the same time, allocates megabytes itself
            using var process = Process.Start(start)!;
            peaks.Add(double.Parse(process.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture));
        }

        double peak = Race.Median(peaks);
        Figures.Add(part, "most memory, in sizes of the event, a process of its own", Figures.Number(peak) + "x", $"under {Figures.Number(most)}", peak < most);
    }

    private static string Milliseconds(Result result) => $"{result.Nanoseconds / 1e6:0.0} ms";

    /// <summary>An image event whose Base64 is generated while it is read, so that it takes no memory itself.</summary>
    private sealed class FilledStream(int base64) : MemoryStream
    {
        private static readonly byte[] Small = Inputs.ImageEvent(4);
        private static readonly int Begin = Small.AsSpan().IndexOf("\"b64_json\":\""u8) + 12;
        private int _at;

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int behind = _at - Begin - base64;
            ReadOnlySpan<byte> part = _at < Begin ? Small.AsSpan(_at, Begin - _at) : behind >= 0 ? Small.AsSpan(Begin + 4 + behind) : default;
            int count = Math.Min(Math.Min(buffer.Length, Piece), _at < Begin || behind >= 0 ? part.Length : -behind);
            buffer = buffer[..count];
            buffer.Fill((byte)'A');
            if (!part.IsEmpty)
            {
                part[..count].CopyTo(buffer);
            }

            _at += count;
            return count;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));
    }

    /// <summary>Bytes whose chunks are kept.</summary>
    private sealed class Keeping(byte[] bytes, List<StreamChunk> chunks) : MemoryStream(bytes)
    {
        public List<StreamChunk> Chunks => chunks;
    }
}
