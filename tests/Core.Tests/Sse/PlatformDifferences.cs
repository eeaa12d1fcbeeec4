namespace OpenAIStream.Tests.Sse;

/// <summary>A rule of the standard that System.Net.ServerSentEvents does not follow, with a stream that shows it.</summary>
internal sealed record PlatformDifference(Departures Departure, string Rule, string Stream, string Standard, string Platform);

/// <summary>All differences that are allowed between the two decoders, except for when an event is returned.</summary>
internal static class PlatformDifferences
{
    public static readonly PlatformDifference[] All =
    [
        new(Departures.TypeOutlivesBlockWithoutData,
            "9.2.6: if the data buffer is an empty string, set the data buffer and the event type buffer to the empty string and return",
            "event: ping\n\ndata: x\n\n", "|x||", "ping|x||"),
        new(Departures.EmptyTypeIsNotMessage,
            "9.2.6: if the event type buffer is not the empty string, the event's type is its value (else message)",
            "event:\ndata: x\n\n", "|x||", "(empty)|x||"),
        new(Departures.IdComesWithItsOwnEventOnly,
            "9.2.6: the event's lastEventId attribute is the last event ID string of the event source, which stays until it is set again",
            "id: 1\ndata: a\n\ndata: b\n\n", "|a|1|;|b|1|", "|a|1|;|b||"),
        new(Departures.IdCountsBeforeItsBlockEnds,
            "9.2.6: the last event ID string is set to the last event ID buffer when a blank line dispatches",
            "id: 1\n", "last id none", "last id 1"),
        new(Departures.RetryIsBounded,
            "9.2.6: digits are an integer in base ten, of any size; TimeSpan ends at 922337203685477 ms",
            "retry: 922337203685478\ndata: x\n\n", "|x||922337203685478", "|x||"),
        new(Departures.RetryMayEndInNul,
            "9.2.6: the field value consists of only ASCII digits, otherwise the field is ignored",
            "retry: 5\0\ndata: x\n\n", "|x||", "|x||5"),
    ];
}
