using System.Text;
using Xunit;

namespace OpenAIStream.Tests.Recordings;

/// <summary>A recording's file, and that it keeps everything exactly.</summary>
public sealed class RecordingTextTests
{
    private const string Start = "# OpenAIStream recording 1\n> POST /v1/completions\n";

    public static TheoryData<string, byte[]> Bodies => new()
    {
        { "events", "data: {\"a\":1}\n\ndata: [DONE]\n\n"u8.ToArray() },
        { "CRLF", "data: a\r\n\r\ndata: b\r\n\r\n"u8.ToArray() },
        { "CR", "data: a\r\rdata: b\r\r"u8.ToArray() },
        { "all line ends", "a\n\rb\r\n\r\r\nc\n\n"u8.ToArray() },
        { "no end of line", "{\"a\":1}"u8.ToArray() },
        { "lines that look like the format", "| a\n> b\n< 200\n~ 1 ms\n! cut\n# c\n= d\n\\ e\n|\n|\\\n"u8.ToArray() },
        { "white space", " a\n\tb\n \n\t\nc \nd\t\n \n"u8.ToArray() },
        { "other alphabets", "data: Grüße, 世界 😀\u2028\u00A0\u0085x\n"u8.ToArray() },
        { "byte order mark", [0xEF, 0xBB, 0xBF, .. "data: a\n\n"u8] },
        { "control characters", "a\u0001\u001B[0m\u007F\n\v\f\n"u8.ToArray() },
        { "NUL", "a\0b\n"u8.ToArray() },
        { "no UTF-8", [.. "data: "u8, 0xFF, 0xC3, .. "x\n"u8, 0x80, (byte)'\n', 0xE2, 0x82, (byte)'\n', 0xED, 0xA0, 0x80] },
        { "all bytes", [.. Enumerable.Range(0, 256).Select(i => (byte)i)] },
        { "all bytes without NUL", [.. Enumerable.Range(1, 255).Select(i => (byte)i)] },
        { "a long binary", [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7))] },
        { "nothing", [] },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void A_body_is_exact_however_it_is_cut(string name, byte[] body)
    {
        for (int cut = 0; cut <= Math.Min(body.Length, 300); cut++)
        {
            byte[][] pieces = [body[..cut], body[cut..]];
            var recording = new Recording
            {
                StatusCode = 200,
                Body = [.. pieces.Where(piece => piece.Length > 0).SelectMany(piece => new RecordingStep[] { new RecordedPause(TimeSpan.FromMilliseconds(1)), new RecordedBytes(piece) })],
            };
            string text = recording.ToString();
            foreach (string checkedOut in new[] { text, text.Replace("\n", "\r\n") })
            {
                var read = Recording.Parse(checkedOut);
                Assert.True(
                    pieces.Where(piece => piece.Length > 0).Select(Convert.ToHexString).SequenceEqual(Pieces(read).Select(Convert.ToHexString)),
                    $"{name}, cut at {cut}:\n{text}");
                Assert.Equal(text, read.ToString());
            }
        }
    }

    [Fact]
    public void A_request_is_exact_too()
    {
        byte[] body = "{\r\n}"u8.ToArray();
        var read = Recording.Parse(new Recording { Method = "POST", Path = "/v1/x?a=1", RequestBody = body, StatusCode = 204 }.ToString());
        Assert.Equal("POST /v1/x?a=1", $"{read.Method} {read.Path}");
        Assert.Equal(body, read.RequestBody.ToArray());
        Assert.Equal(204, read.StatusCode);
    }

    [Fact]
    public void A_long_silence_and_a_custom_status_round_trip()
    {
        var recording = new Recording { Waiting = [new RecordedPause(TimeSpan.FromHours(2))], StatusCode = 999, Body = [new RecordedPause(TimeSpan.FromDays(3)), new RecordedBytes("a\n"u8.ToArray())] };
        var read = Recording.Parse(recording.ToString());
        Assert.Equal(recording.ToString(), read.ToString());
        Assert.Equal(recording.Waiting, read.Waiting);
        Assert.Equal(999, read.StatusCode);
    }

    [Fact]
    public void What_a_socket_was_sent_and_closed_with_is_read_again()
    {
        var closed = new RecordedFault(RecordedFaultKind.Close) { CloseCode = 1011, CloseReason = "keepalive ping timeout" };
        var recording = new Recording { StatusCode = 200, Body = [new RecordedBytes("data: a\n\n"u8.ToArray()), new RecordedSent("{\"type\":\"response.steer\"}"u8.ToArray()), closed] };
        Assert.EndsWith("\n| data: a\n|\n> {\"type\":\"response.steer\"}\n! close 1011 keepalive ping timeout\n", recording.ToString(), StringComparison.Ordinal);
        var read = Recording.Parse(recording.ToString());
        Assert.Equal(recording.ToString(), read.ToString());
        Assert.Equal(closed, read.Body[2]);
    }

    [Fact]
    public void Text_is_written_as_text()
    {
        var recording = new Recording { StatusCode = 200, ReasonPhrase = "OK", Body = [new RecordedBytes("data: Grüße\n\nhalf"u8.ToArray()), new RecordedFault(RecordedFaultKind.Cut)] };
        Assert.Equal("# OpenAIStream recording 1\n\n> GET /\n\n< 200 OK\n\n| data: Grüße\n|\n|\\ half\n! cut\n", recording.ToString());
    }

    [Fact]
    public void A_character_that_was_cut_in_two_leaves_its_line_readable()
    {
        byte[] text = "data: 世界\n"u8.ToArray();
        var recording = new Recording { StatusCode = 200, Body = [new RecordedBytes(text.AsMemory(0, 11)), new RecordedPause(TimeSpan.FromSeconds(1)), new RecordedBytes(text.AsMemory(11))] };
        Assert.EndsWith("|\\ data: 世\n= 55U=\n~ 1000 ms\n= jA==\n|\n", recording.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("~ 412 ms", 412)]
    [InlineData("~ 1.5 s", 1500)]
    [InlineData("~ 3s", 3000)]
    [InlineData("~ 0.25 ms", 0.25)]
    public void A_pause_has_its_unit(string line, double milliseconds)
    {
        var read = Recording.Parse(Start + "< 200\n" + line + "\n| a");
        Assert.Equal(milliseconds, Assert.IsType<RecordedPause>(read.Body[0]).Time.TotalMilliseconds);
    }

    [Theory]
    [InlineData("", 1, "contains no request")]
    [InlineData("> POST /v1/x\n< 200", 1, "the first line of a recording")]
    [InlineData("# OpenAIStream recording 2\n", 1, "the first line of a recording")]
    [InlineData("# OpenAIStream recording 1\n< 200", 2, "the request must come before")]
    [InlineData("# OpenAIStream recording 1\n| a", 2, "the request must come before")]
    [InlineData("# OpenAIStream recording 1\n~ 1 ms", 2, "the request must come first")]
    [InlineData("# OpenAIStream recording 1\n> POST", 2, "a method and a path")]
    [InlineData(Start, 2, "neither a response")]
    [InlineData(Start + "hello", 3, "must begin with one of")]
    [InlineData(Start + "> no header", 3, "a name and a value")]
    [InlineData(Start + "< two hundred", 3, "must begin with its status")]
    [InlineData(Start + "< 200\n< no header", 4, "a name and a value")]
    [InlineData(Start + "< 200\n| a\n< A: b", 5, "before the response body")]
    [InlineData(Start + "|a\n< 200", 3, "a space is missing")]
    [InlineData(Start + "= %%\n< 200", 3, "not Base64")]
    [InlineData(Start + "~ soon\n< 200", 3, "a number with its unit")]
    [InlineData(Start + "~ 12\n< 200", 3, "a number with its unit")]
    [InlineData(Start + "~ -Infinity s\n< 200", 3, "a number with its unit")]
    [InlineData(Start + "~ NaN s\n< 200", 3, "a number with its unit")]
    [InlineData(Start + "~ 9999999999 s\n< 200", 3, "a number with its unit")]
    [InlineData(Start + "< 200\n< Content Type: text/html", 4, "a name and a value")]
    [InlineData(Start + "< 1000", 3, "must begin with its status")]
    [InlineData(Start + "! boom", 3, "a fault must be")]
    [InlineData(Start + "! cut 3 s", 3, "cannot have a time")]
    [InlineData(Start + "! close", 3, "a code from 1001")]
    [InlineData(Start + "! close 1000", 3, "a code from 1001")]
    [InlineData(Start + "! close soon", 3, "a code from 1001")]
    [InlineData(Start + "! close 1011 x\n< 200", 4, "nothing can follow")]
    [InlineData(Start + "< 200\n> A: b", 4, "before the request body and the response")]
    [InlineData(Start + "< 200\n! refused", 4, "instead of a response")]
    [InlineData(Start + "< 200\n! cut\n| a", 5, "nothing can follow")]
    [InlineData(Start + "~ 1 ms\n| a\n< 200", 4, "after the status")]
    public void The_error_for_an_invalid_recording_names_the_line(string text, int line, string what)
    {
        var error = Assert.Throws<RecordingFormatException>(() => Recording.Parse(text));
        Assert.Equal(line, error.Line);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_is_not_a_file_is_named()
    {
        using var folder = new TestFolder();
        string file = Path.Combine(folder.Path, "a" + Recording.FileExtension);
        File.WriteAllBytes(file, [.. Encoding.UTF8.GetBytes(Start), (byte)'|', (byte)' ', 0xFF]);
        var error = Assert.Throws<RecordingFormatException>(() => Recording.Load(file));
        Assert.Equal((file, 3), (error.File, error.Line));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_UTF8_without_a_byte_order_mark_and_replaces_the_previous_one()
    {
        using var folder = new TestFolder();
        string file = Path.Combine(folder.Path, "a" + Recording.FileExtension);
        new Recording { StatusCode = 500 }.Save(file);
        new Recording { StatusCode = 200 }.Save(file);
        Assert.Equal("# Open", Encoding.UTF8.GetString(File.ReadAllBytes(file)[..6]));
        Assert.Equal(200, folder.Only.StatusCode);
    }

    [Fact]
    public void Comments_and_a_byte_order_mark_do_no_harm()
    {
        var read = Recording.Parse("\uFEFF" + Start + "# who asks\n\n> A: b\n| {}\n\n# and is told\n< 429 Too Many Requests\n< Retry-After: 1\n\n");
        Assert.Equal(("A", "b"), (read.RequestHeaders[0].Key, read.RequestHeaders[0].Value));
        Assert.Equal("{}\n", Encoding.UTF8.GetString(read.RequestBody.Span));
        Assert.Equal((429, "Too Many Requests", "1"), (read.StatusCode, read.ReasonPhrase, read.ResponseHeaders[0].Value));
    }

    internal static IEnumerable<byte[]> Pieces(Recording recording) => recording.Body.OfType<RecordedBytes>().Select(piece => piece.Bytes.ToArray());
}
