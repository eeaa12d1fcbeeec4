using System.Diagnostics;
using System.Globalization;

namespace OpenAIStream.Bench;

/// <summary>The cost of streams over a real connection: memory, many at once, and the time from the server's write to the caller.</summary>
internal static class Streams
{
    private const int Many = 1000;

    /// <summary>The server in its own process: prints its address, and ends with the process that started it.</summary>
    public static async Task ServeAsync(int parent)
    {
        ThreadPool.SetMinThreads(8, 8);
        using var server = new BenchServer();
        Console.WriteLine(server.Address);
        using var started = Process.GetProcessById(parent);
        await started.WaitForExitAsync();
    }

    public static async Task RunAsync()
    {
        using var process = Process.Start(Repository.Bench(AppContext.BaseDirectory, "serve", $"{Environment.ProcessId}"))!;
        var address = new Uri((await process.StandardOutput.ReadLineAsync())!);
        using var client = new OpenAIClient(new OpenAIClientOptions { BaseAddress = address });
        LongStream();
        OpenAtOnce(address);
        await LatencyAsync(client, address);
        await ManyAsync(client, 250);
        await ManyAsync(client, Many);
        process.Kill();
    }

    /// <summary>The memory still held after many chunks, without the text that an error would contain (two bytes per character).</summary>
    private static void LongStream()
    {
        const int Count = 1_000_000;
        using var stream = Chunks.Open(new RepeatStream(Inputs.Chat(10_000), Count));
        long early = 0;
        long characters = 0;
        int chunks = 0;
        foreach (var chunk in stream.ToBlockingEnumerable())
        {
            characters += chunk.Text.Length;
            if (++chunks == Count / 10)
            {
                early = GC.GetTotalMemory(forceFullCollection: true) - (2 * characters);
            }

            if (chunks == Count - 1)
            {
                break;
            }
        }

        double grown = (GC.GetTotalMemory(forceFullCollection: true) - (2 * characters) - early) / 1024.0;
        GC.KeepAlive(stream);
        Figures.Add("Memory", "held at chunk 1,000,000 over chunk 100,000, without the text itself", $"{grown:0} KiB", "flat", Math.Abs(grown) < 512);
        Figures.Add("Memory", "the text of the 1,000,000 chunks, kept for PartialText", $"{2 * characters / 1048576.0:0.0} MiB");
    }

    /// <summary>In a process of its own, because memory that was borrowed earlier is returned at any time.</summary>
    private static void OpenAtOnce(Uri address)
    {
        using var process = Process.Start(Repository.Bench(AppContext.BaseDirectory, "open-child", address.ToString()))!;
        double each = double.Parse(process.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
        Figures.Add("Memory", $"{Many} open streams, managed memory of each", $"{each:0.0} KiB", "at most 24 KiB", each <= 24);
    }

    /// <summary>Prints how much memory each of many open streams holds, in KiB.</summary>
    public static async Task OpenChildAsync(string address)
    {
        using var client = new OpenAIClient(new OpenAIClientOptions { BaseAddress = new Uri(address) });
        await OpenAsync(client, "hold"); // for objects that are created once
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var streams = new List<SseStream<ChatCompletionChunk>>();
        for (int i = 0; i < Many; i++)
        {
            streams.Add(await OpenAsync(client, "hold"));
        }

        double each = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1024.0 / Many;
        streams.ForEach(stream => stream.Dispose());
        Console.WriteLine(each.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task<SseStream<ChatCompletionChunk>> OpenAsync(OpenAIClient client, string model)
    {
        var stream = await client.Chat.CreateStreamingAsync(new ChatCompletionRequest { Model = model, Messages = [new ChatMessage("user", "hi")] });
        await stream.MoveNextAsync();
        return stream;
    }

    /// <summary>One slow stream, alternately read by us and as raw bytes with HttpClient.</summary>
    private static async Task LatencyAsync(OpenAIClient client, Uri address)
    {
        const string Model = "paced-200-5";
        using var http = new HttpClient();
        List<double> ours = [];
        List<double> raw = [];
        for (int round = -1; round < 5; round++)
        {
            var one = await ReadAsync(client, Model);
            var other = await ReadRawAsync(http, address, Model);
            if (round >= 0)
            {
                ours.AddRange(one);
                raw.AddRange(other);
            }
        }

        double difference = Race.Median(ours) - Race.Median(raw);
        Figures.Add("Chunk latency, C#", "HttpClient, raw read, server's write to the caller, median", $"{Race.Median(raw):0} us");
        Figures.Add("Chunk latency, C#", "OpenAIStream, server's write to the caller, median", $"{Race.Median(ours):0} us ({difference:+0;-0} us)", "at most +150 us", difference <= 150);
    }

    private static async Task<List<double>> ReadAsync(OpenAIClient client, string model)
    {
        List<double> delays = [];
        await using var stream = await client.Chat.CreateStreamingAsync(new ChatCompletionRequest { Model = model, Messages = [new ChatMessage("user", "hi")] });
        await foreach (var chunk in stream)
        {
            delays.Add(Since(chunk.Text));
        }

        return delays;
    }

    private static async Task<List<double>> ReadRawAsync(HttpClient http, Uri address, string model)
    {
        List<double> delays = [];
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "chat/completions")) { Content = new StringContent($$"""{"model":"{{model}}"}""") };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        byte[] buffer = new byte[16 * 1024];
        int count;
        while ((count = await body.ReadAsync(buffer)) > 0)
        {
            int start = buffer.AsSpan(0, count).IndexOf("\"content\":\""u8);
            if (start >= 0)
            {
                var text = buffer.AsSpan(start + 11);
                delays.Add(Since(System.Text.Encoding.ASCII.GetString(text[..text.IndexOf((byte)'"')])));
            }
        }

        return delays;
    }

    private static double Since(string stamp) =>
        Stopwatch.GetElapsedTime(long.Parse(stamp, CultureInfo.InvariantCulture)).TotalMicroseconds;

    /// <summary>Streams of 100 chunks per second each: whether the delay grows while they run.</summary>
    private static async Task ManyAsync(OpenAIClient client, int count)
    {
        const int Seconds = 10;
        var delays = new List<double>[Seconds + 30];
        for (int i = 0; i < delays.Length; i++)
        {
            delays[i] = [];
        }

        long start = Stopwatch.GetTimestamp();
        var usage = Environment.CpuUsage.TotalTime;
        int chunks = 0;
        await Task.WhenAll(Enumerable.Range(0, count).Select(async i =>
        {
            await Task.Delay(i % 10); // not all in the same millisecond
            await using var stream = await client.Chat.CreateStreamingAsync(new ChatCompletionRequest { Model = $"paced-{Seconds * 100}-10", Messages = [new ChatMessage("user", "hi")] });
            await foreach (var chunk in stream)
            {
                int second = Math.Min((int)Stopwatch.GetElapsedTime(start).TotalSeconds, delays.Length - 1);
                Interlocked.Increment(ref chunks);
                lock (delays[second])
                {
                    delays[second].Add(Since(chunk.Text));
                }
            }
        }));

        var elapsed = Stopwatch.GetElapsedTime(start);
        double processor = (Environment.CpuUsage.TotalTime - usage).TotalMicroseconds / chunks;
        double early = Race.Median(delays[2]) / 1000;
        double late = Race.Median(delays[Seconds - 2]) / 1000;
        string part = $"{count} streams at once, 100 chunks a second each";
        Figures.Add(part, "chunks a second that came", $"{chunks / elapsed.TotalSeconds:0}, {processor:0.0} us of processor time each");
        Figures.Add(part, $"median delay in second 3 and in second {Seconds - 1}", $"{early:0.0} ms, {late:0.0} ms", count == Many ? "no growing delay" : "", count == Many ? late <= Math.Max(early * 1.5, early + 5) : null);
    }

    /// <summary>A stream's chunks repeated, without its end.</summary>
    private sealed class RepeatStream(byte[] chat, int chunks) : MemoryStream
    {
        private readonly int _length = chat.AsSpan().LastIndexOf("data: {"u8); // neither the finish reason nor the sentinel
        private int _at;
        private long _left = chunks * 400L;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = (int)Math.Min(Math.Min(buffer.Length, _length - _at), _left);
            chat.AsMemory(_at, count).CopyTo(buffer);
            _at = (_at + count) % _length;
            _left -= count;
            return ValueTask.FromResult(count);
        }
    }
}
