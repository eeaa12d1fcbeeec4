using System.Text;
using static OpenAIStream.Tests.Sse.Feed;

namespace OpenAIStream.Tests.Sse;

/// <summary>A rule of the standard, a stream that shows it, and the expected events.</summary>
internal sealed record Rule(string Name, byte[] Input, params ServerSentEvent[] Events)
{
    public Rule(string name, string input, params ServerSentEvent[] events) : this(name, Bytes(input), events)
    {
    }

    /// <summary>The same stream with other line ends. A stream that contains CR is about line ends, and stays unchanged.</summary>
    public IEnumerable<(string Name, byte[] Input)> EveryLineEnd()
    {
        if (Input.Contains((byte)'\r'))
        {
            return [("as it is", Input)];
        }

        // In the mixed streams, LF never follows CR as a separate line end: together they would be one.
        return
        [
            ("LF", Input),
            ("CR", WithLineEnds("\r")),
            ("CRLF", WithLineEnds("\r\n")),
            ("CR, CRLF, LF", WithLineEnds("\r", "\r\n", "\n")),
            ("CRLF, LF, CR", WithLineEnds("\r\n", "\n", "\r")),
            ("LF, CR, CRLF", WithLineEnds("\n", "\r", "\r\n")),
        ];
    }

    private byte[] WithLineEnds(params string[] lineEnds)
    {
        int next = 0;
        return [.. Input.SelectMany(b => b == '\n' ? Encoding.ASCII.GetBytes(lineEnds[next++ % lineEnds.Length]) : [b])];
    }
}

/// <summary>The standard's text as a table; rows named "wpt" come from the web-platform-tests for EventSource.</summary>
internal static class Conformance
{
    private static readonly string Long = new('x', 150);

    public static readonly Rule[] Rules =
    [
        // The standard's own examples.
        new("example: three fields", "event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\n", new("add", "73857293"), new("remove", "2153")),
        new("example: a stock quote of three lines", "data: YHOO\ndata: +2\ndata: 10\n\n", new ServerSentEvent(null, "YHOO\n+2\n10")),
        new("example: comment, id, id reset, space kept",
            ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
            new(null, "first event", "1"), new(null, "second event", ""), new(null, " third event", "")),
        new("example: two empty events, the last unfinished", "data\n\ndata\ndata\n\ndata:", new(null, ""), new(null, "\n")),
        new("example: the space is optional", "data:test\n\ndata: test\n\n", new(null, "test"), new(null, "test")),

        // Byte order mark.
        new("one byte order mark is skipped", "\uFEFFdata: a\n\n", new ServerSentEvent(null, "a")),
        new("only one byte order mark is skipped", "\uFEFF\uFEFFdata: lost\n\ndata: a\n\n", new ServerSentEvent(null, "a")),
        new("a byte order mark later is text", "data: 1\n\n\uFEFFdata: lost\n\ndata:\uFEFF3\n\n", new(null, "1"), new(null, "\uFEFF3")),
        new("a part of a byte order mark is text", Bytes(0xEF, 0xBB, "data: lost\n\ndata: a\n\n"), new ServerSentEvent(null, "a")),
        new("a byte order mark alone", Bytes(0xEF, 0xBB, 0xBF)),
        new("a byte order mark cut off", Bytes(0xEF, 0xBB)),
        new("a byte order mark of another encoding is text", Bytes(0xFE, 0xFF, "data: lost\n\ndata: a\n\n"), new ServerSentEvent(null, "a")),
        new("a byte order mark before a blank line", "\uFEFF\ndata: a\n\n", new ServerSentEvent(null, "a")),

        // Line ends.
        new("CR LF is one line end", "data: a\r\ndata: b\r\n\r\n", new ServerSentEvent(null, "a\nb")),
        new("LF CR is two line ends", "data: a\n\rdata: b\n\r", new(null, "a"), new(null, "b")),
        new("CR CR LF is two line ends", "data: a\r\r\ndata: b\n\n", new(null, "a"), new(null, "b")),
        new("blank lines between events are nothing", "\n\n\ndata: a\n\n\n\ndata: b\n\n\n\n", new(null, "a"), new(null, "b")),
        new("line ends of every kind in one event", "data:a\rdata:b\ndata:c\r\ndata:d\r\r\n\n\r", new ServerSentEvent(null, "a\nb\nc\nd")),
        new("a stream that ends with CR", "data: a\r\r", new ServerSentEvent(null, "a")),
        new("other line separators are text", "data: a\u2028b\u2029c\u0085d\ve\ff\0g\n\n", new ServerSentEvent(null, "a\u2028b\u2029c\u0085d\ve\ff\0g")),
        new("wpt newlines", "data:test\r\ndata\ndata:test\r\n\r", new ServerSentEvent(null, "test\n\ntest")),

        // The end of the stream.
        new("an empty stream", ""),
        new("an event without its blank line is dropped", "data: a\n\ndata: b\n", new ServerSentEvent(null, "a")),
        new("a line without its end is dropped with its event", "data: a\n\ndata: b", new ServerSentEvent(null, "a")),
        new("wpt data before final empty line", "retry:1000\ndata:test1\n\nid:test\ndata:test2", new ServerSentEvent(null, "test1", null, 1000)),

        // data
        new("data without colon is an empty line", "data\n\n", new ServerSentEvent(null, "")),
        new("data with empty value is an empty line", "data:\n\ndata: \n\n", new(null, ""), new(null, "")),
        new("two empty data lines are one LF", "data\ndata:\n\n", new ServerSentEvent(null, "\n")),
        new("empty data lines at either end stay", "data:\ndata: a\ndata\n\n", new ServerSentEvent(null, "\na\n")),
        new("one space is stripped, no more, and no tab", "data:   a \ndata:\tb\n\n", new ServerSentEvent(null, "  a \n\tb")),
        new("colons in the value stay", "data: a:b: c\ndata::d\n\n", new ServerSentEvent(null, "a:b: c\n:d")),
        new("data lines are joined across other fields",
            "data: a\nid: 1\ndata: b\n: comment\nevent: e\ndata: c\nretry: 5\nunknown: u\ndata: d\n\n", new ServerSentEvent("e", "a\nb\nc\nd", "1", 5)),
        new("data lines are joined across a long comment", $"data: a\n:{Long}\ndata: b\n:{Long}\n\n", new ServerSentEvent(null, "a\nb")),
        new("data lines are joined across a long unknown field", $"data: a\n{Long}: b\ndata: c\n{Long}\ndata\n\n", new ServerSentEvent(null, "a\nc\n")),
        new("long data lines are joined", $"data: {Long}\ndata: {Long}\n\n", new ServerSentEvent(null, $"{Long}\n{Long}")),
        new("wpt data", "data:msg\ndata:msg\n\n:\nfalsefield:msg\n\nfalsefield:msg\nData:data\n\ndata\n\ndata:end\n\n",
            new(null, "msg\nmsg"), new(null, ""), new(null, "end")),
        new("wpt field parsing",
            "data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n",
            new ServerSentEvent(null, "\0\n 2\n1\n3\n\n4")),
        new("wpt leading space", "data:\ttest\rdata: \ndata:test\n\n", new ServerSentEvent(null, "\ttest\n\ntest")),
        new("wpt null character", "data:\0\n\n\n\n", new ServerSentEvent(null, "\0")),

        // event
        new("a name holds for its event alone", "event: a\ndata: 1\n\ndata: 2\n\n", new("a", "1"), new(null, "2")),
        new("the last of two names counts", "event: a\nevent: b\ndata: 1\n\n", new ServerSentEvent("b", "1")),
        new("an empty name is no name", "event:\ndata: 1\n\nevent: \ndata: 2\n\nevent\ndata: 3\n\n", new(null, "1"), new(null, "2"), new(null, "3")),
        new("an empty name takes one away", "event: a\nevent:\ndata: 1\n\n", new ServerSentEvent(null, "1")),
        new("a name may follow the data", "data: 1\nevent: a\n\n", new ServerSentEvent("a", "1")),
        new("a name without data is forgotten at the blank line", "event: ping\n\ndata: 1\n\n", new ServerSentEvent(null, "1")),
        new("spaces belong to a name", "event:  a b \ndata: 1\n\n", new ServerSentEvent(" a b ", "1")),
        new("the name message is a name", "event: message\ndata: 1\n\n", new ServerSentEvent("message", "1")),
        new("a very long name", $"event: {Long}\ndata: 1\n\nevent: b\ndata: 2\n\n", new(Long, "1"), new("b", "2")),
        new("a name that is not ASCII", "event: \u00E9\u6F22\ndata: 1\n\n", new ServerSentEvent("\u00E9\u6F22", "1")),

        // id
        new("an id stays in force", "id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\n", new(null, "a", "1"), new(null, "b", "1"), new(null, "c", "2")),
        new("an empty id resets it", "id: 1\ndata: a\n\nid:\ndata: b\n\ndata: c\n\n", new(null, "a", "1"), new(null, "b", ""), new(null, "c", "")),
        new("id without colon resets it", "id: 1\ndata: a\n\nid\ndata: b\n\n", new(null, "a", "1"), new(null, "b", "")),
        new("an id with NUL is ignored", "id: 1\ndata: a\n\nid: 2\0\ndata: b\n\nid:\0\ndata: c\n\n", new(null, "a", "1"), new(null, "b", "1"), new(null, "c", "1")),
        new("an id in a block without data holds for the next event", "id: 7\n\ndata: a\n\n", new ServerSentEvent(null, "a", "7")),
        new("an id may follow the data", "data: a\nid: 7\n\n", new ServerSentEvent(null, "a", "7")),
        new("the last of two ids counts", "id: 1\nid: 2\ndata: a\n\n", new ServerSentEvent(null, "a", "2")),
        new("a very long id, not ASCII", $"id: {Long}\u00E9\ndata: a\n\ndata: b\n\n", new(null, "a", Long + "\u00E9"), new(null, "b", Long + "\u00E9")),
        new("ids that differ in case are different", "id: a\ndata: 1\n\nid: A\ndata: 2\n\n", new(null, "1", "a"), new(null, "2", "A")),

        // retry
        new("retry in digits", "retry: 1500\ndata: a\n\ndata: b\n\n", new(null, "a", null, 1500), new(null, "b")),
        new("retry with leading zeros", "retry: 0003000\ndata: a\n\n", new ServerSentEvent(null, "a", null, 3000)),
        new("retry of 0", "retry:0\ndata: a\n\n", new ServerSentEvent(null, "a", null, 0)),
        new("retry in anything but digits is ignored",
            "retry: +5\nretry: -5\nretry:  5\nretry: 5 \nretry: 1_000\nretry: 5.0\nretry: 0x5\nretry: 1e3\nretry: \u0665\nretry:\nretry\ndata: a\n\n",
            new ServerSentEvent(null, "a")),
        new("wpt retry bogus", "retry:3000\nretry:1000x\ndata:x\n\n", new ServerSentEvent(null, "x", null, 3000)),
        new("retry beyond what a long holds is the longest", "retry: 99999999999999999999\ndata: a\n\n", new ServerSentEvent(null, "a", null, long.MaxValue)),
        new("retry of very many digits", $"retry: {new string('0', 150)}12\ndata: a\n\n", new ServerSentEvent(null, "a", null, 12)),
        new("retry in a block without data comes with the next event", "retry: 5\n\ndata: a\n\n", new ServerSentEvent(null, "a", null, 5)),

        // Comments and unknown fields.
        new("a comment is nothing", ": a\n:\n: data: b\n\ndata: c\n\n", new ServerSentEvent(null, "c")),
        new("keep-alives after an id are nothing", "id: 1\ndata: a\n\n: keep-alive\n\n: keep-alive\n\n", new ServerSentEvent(null, "a", "1")),
        new("a comment ends no event", "data: a\n:\ndata: b\n\n", new ServerSentEvent(null, "a\nb")),
        new("field names are matched exactly",
            "Data: a\nDATA: b\n data: c\ndata : d\ndat: e\ndata2: f\ndatabase\nevents: g\nids: h\ni: j\nretry2: 5\nretr: 6\n\ndata: k\n\n",
            new ServerSentEvent(null, "k")),
        new("a line of one character", "d\nx\n\ndata: a\n\n", new ServerSentEvent(null, "a")),
        new("wpt comments", $"data:1\r:\0\n:\r\ndata:2\n:{Long}\rdata:3\n:data:fail\r:{Long}\ndata:4\n\n", new ServerSentEvent(null, "1\n2\n3\n4")),
        new("wpt unknown field", "data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\ndata:test\n\n", new ServerSentEvent(null, "test\n\ntest")),

        // UTF-8.
        new("text of one to four bytes", "data: a\u00E9\u20AC\U0001F600\n\n", new ServerSentEvent(null, "a\u00E9\u20AC\U0001F600")),
        new("a byte that is never UTF-8", Bytes("data: a", 0xFF, "b\n\n"), new ServerSentEvent(null, "a\uFFFDb")),
        new("a sequence cut off by the line's end", Bytes("data: ", 0xE2, 0x82, "\ndata: ", 0xF0, 0x9F, 0x98, "\n\n"), new ServerSentEvent(null, "\uFFFD\n\uFFFD")),
        new("a sequence cut off by a letter", Bytes("data: ", 0xE2, 0x82, "A\n\n"), new ServerSentEvent(null, "\uFFFDA")),
        new("a continuation alone", Bytes("data: ", 0x80, 0xBF, "\n\n"), new ServerSentEvent(null, "\uFFFD\uFFFD")),
        new("an overlong form", Bytes("data: ", 0xC0, 0x8A, "\n\n"), new ServerSentEvent(null, "\uFFFD\uFFFD")),
        new("an encoded surrogate", Bytes("data: ", 0xED, 0xA0, 0x80, "\n\n"), new ServerSentEvent(null, "\uFFFD\uFFFD\uFFFD")),
        new("beyond Unicode", Bytes("data: ", 0xF4, 0x90, 0x80, 0x80, "\n\n"), new ServerSentEvent(null, "\uFFFD\uFFFD\uFFFD\uFFFD")),
        new("bytes that are not UTF-8 in name and id", Bytes("event: ", 0xFF, "\nid: ", 0xC3, "\ndata: a\n\n"), new ServerSentEvent("\uFFFD", "a", "\uFFFD")),
        new("bytes that are not UTF-8 in a field name", Bytes("data", 0xFF, ": a\n", 0xFF, "data: b\n\ndata: c\n\n"), new ServerSentEvent(null, "c")),
        new("wpt utf-8", "data:ok\u2026\n\n", new ServerSentEvent(null, "ok\u2026")),
    ];
}
