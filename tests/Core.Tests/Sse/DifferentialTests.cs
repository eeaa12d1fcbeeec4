using System.Text;
using Xunit;
using PlatformParser = System.Net.ServerSentEvents.SseParser;

namespace OpenAIStream.Tests.Sse;

/// <summary>
/// Two references for the same streams: <see cref="StandardDecoder"/>, which must always agree with ours, and
/// System.Net.ServerSentEvents, which must agree except for the rows of <see cref="PlatformDifferences"/>.
/// </summary>
public class DifferentialTests
{
    private static readonly int StreamCount = LongRun.Is ? 5_000_000 : 120_000;

    public static TheoryData<string> DifferenceNames => [.. PlatformDifferences.All.Select(difference => difference.Departure.ToString())];

    [Fact]
    public void Generated_streams_decode_as_in_the_standard_and_the_platform_except_for_the_listed_rules()
    {
        int events = 0;
        int differing = 0;
        for (int seed = 0; seed < StreamCount; seed++)
        {
            var random = new Random(seed);
            byte[] stream = Streams.Next(random);

            var standard = StandardDecoder.Decode(stream);
            var ours = Feed.Decode(stream, Streams.Sizes(random)).ConvertAll(delivery => delivery.Event);
            Assert.True(standard.Events.SequenceEqual(ours),
                $"seed {seed}: {Feed.Show(stream)}\nthe standard says\n{Feed.Show(standard.Events)}\nours\n{Feed.Show(ours)}");

            var explained = WithNamesWritten(StandardDecoder.Decode(stream, Departures.All));
            var platform = DecodeOnPlatform(stream);
            Assert.True(explained.Events.SequenceEqual(platform.Events) && (explained.LastEventId ?? "") == platform.LastEventId,
                $"seed {seed}: {Feed.Show(stream)}\nno listed rule explains the platform's\n{Feed.Show(platform.Events)}\nexpected\n{Feed.Show(explained.Events)}");

            events += ours.Count;
            differing += WithNamesWritten(standard).Events.SequenceEqual(platform.Events) ? 0 : 1;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{StreamCount} streams with {events} events; {differing} differ from the platform's.");
        Assert.True(events > StreamCount / 2, $"only {events} events in {StreamCount} streams: they prove little");
        Assert.InRange(differing, 1, StreamCount / 2);
    }

    [Theory]
    [MemberData(nameof(DifferenceNames))]
    public void Each_listed_difference_exists(string departure)
    {
        var difference = PlatformDifferences.All.Single(difference => difference.Departure.ToString() == departure);
        byte[] stream = Encoding.UTF8.GetBytes(difference.Stream);

        Assert.Equal(difference.Standard, Describe(StandardDecoder.Decode(stream)));
        Assert.Equal(difference.Platform, Describe(DecodeOnPlatform(stream)));
        Assert.NotEqual(Describe(StandardDecoder.Decode(stream, Departures.All)), Describe(StandardDecoder.Decode(stream, Departures.All & ~difference.Departure)));
    }

    [Fact]
    public void Every_departure_is_listed_once() =>
        Assert.Equal(Enum.GetValues<Departures>().Where(departure => departure is not (Departures.None or Departures.All)), PlatformDifferences.All.Select(difference => difference.Departure));

    [Fact]
    public void On_an_open_connection_the_platform_delays_an_event_ended_by_CR_unlike_the_standard()
    {
        using var forPlatform = new PieceStream("data: a\r\r"u8.ToArray(), [], open: true);
        using var events = PlatformParser.Create(forPlatform).Enumerate().GetEnumerator();
        Assert.Contains("waits for more bytes", Assert.Throws<InvalidOperationException>(() => events.MoveNext()).Message, StringComparison.Ordinal);

        using var forOurs = new PieceStream("data: a\r\r"u8.ToArray(), [], open: true);
        Assert.Equal("a", new SseDecoder().Decode(forOurs).First().Data);
    }

    private static (List<ServerSentEvent> Events, string? LastEventId) DecodeOnPlatform(byte[] stream)
    {
        using var source = new MemoryStream(stream);
        var parser = PlatformParser.Create(source);
        List<ServerSentEvent> events = [.. parser.Enumerate().Select(item => new ServerSentEvent(
            item.EventType, item.Data, item.EventId, (long?)item.ReconnectionInterval?.TotalMilliseconds))];
        return (events, parser.LastEventId);
    }

    /// <summary>The name "message" if there is none, like the platform.</summary>
    private static (List<ServerSentEvent> Events, string? LastEventId) WithNamesWritten((List<ServerSentEvent> Events, string? LastEventId) decoded) =>
        (decoded.Events.ConvertAll(e => e with { Event = e.Event ?? "message" }), decoded.LastEventId);

    private static string Describe((List<ServerSentEvent> Events, string? LastEventId) decoded) => decoded.Events.Count == 0
        ? $"last id {(string.IsNullOrEmpty(decoded.LastEventId) ? "none" : decoded.LastEventId)}"
        : string.Join(";", decoded.Events.Select(e => $"{e.Event switch { "" => "(empty)", "message" => "", _ => e.Event }}|{e.Data}|{e.Id}|{e.Retry}"));
}
