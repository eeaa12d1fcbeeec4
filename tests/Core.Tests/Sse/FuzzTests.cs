using System.Diagnostics;
using Xunit;

namespace OpenAIStream.Tests.Sse;

public class FuzzTests
{
    private static readonly TimeSpan Duration = LongRun.Is ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(2);

    /// <summary>Seeds start at 0, which makes a failure reproducible; the time decides how many run.</summary>
    [Fact(Timeout = 20 * 60 * 1000)]
    public Task Any_bytes_give_events_or_the_documented_error_and_always_an_end() => Task.Run(async () =>
    {
        var clock = Stopwatch.StartNew();
        int seed = 0;
        for (; clock.Elapsed < Duration; seed++)
        {
            var random = new Random(seed);
            byte[] stream = random.Next(2) == 0 ? Streams.Next(random) : Noise(random);
            long? limit = random.Next(2) == 0 ? random.Next(1, 60) : null;
            try
            {
                var whole = Try(() => Feed.Decode(stream, [], limit));
                var pieces = Try(() => Feed.Decode(stream, Streams.Sizes(new Random(seed)), limit));
                var async = await Feed.DecodeAsync(stream, Streams.Sizes(new Random(seed))).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
                Assert.Equal(whole, pieces);
                Assert.True(whole is null || whole.SequenceEqual(async.Select(delivery => delivery.Event)), "asynchronously there are other events");
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}, limit {limit}: {Feed.Show(stream)}", exception);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{seed} streams.");
    }, TestContext.Current.CancellationToken);

    /// <summary>The events; null if one was too large.</summary>
    private static List<ServerSentEvent>? Try(Func<List<Feed.Delivery>> decode)
    {
        try
        {
            return decode().ConvertAll(delivery => delivery.Event);
        }
        catch (EventTooLargeException)
        {
            return null;
        }
    }

    /// <summary>Mostly bytes with a meaning.</summary>
    private static byte[] Noise(Random random)
    {
        byte[] noise = new byte[random.Next(200)];
        var alphabet = "\r\n:: dateivnry0\0\u00E9"u8;
        for (int i = 0; i < noise.Length; i++)
        {
            noise[i] = random.Next(10) == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)];
        }

        return noise;
    }
}
