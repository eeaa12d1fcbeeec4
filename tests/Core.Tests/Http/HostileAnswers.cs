using System.IO.Compression;
using System.Text;

namespace OpenAIStream.Tests.Http;

/// <summary>Answers of a malicious or broken server: status line, headers and body, each valid, invalid or noise.</summary>
internal static class HostileAnswers
{
    /// <summary>Addresses that a redirect may name, most of them invalid.</summary>
    public static readonly string[] Locations =
    [
        "//", "//a:b:c/", "///", "http://", "http:", "https://", "http:///x", "//:80/", "//[::1/", "http://[::1%25lo]/", "http://[zz]/", "//user:pw@/",
        "http://a:99999/", "http://a:-1/", "http://a..b/", "http://.../", "http://%00/", "http://a b/", "\\\\x\\y", "?", "#", "", " ", "..", "../../../..", "%2e%2e/",
        "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "mailto:a@b", "ws://a/", "http://xn--/", "http://\u00ff\u00fe/", "http://a\u0001b/", "/\u001b[2J",
        "http://1.2.3.4.5.6/", "http://0x7f.1/", "http://127.1:1/", "x", "/again?x=%zz", "http://user:p%40ss@127.0.0.1:1/", ":", "::", "@", "//@", "//%", "http://%",
    ];

    private static readonly string[] StatusLines =
    [
        "HTTP/1.1 200 OK", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK", "HTTP/1.0 200", "HTTP/1.1 201 Created", "HTTP/1.1 204 No Content", "HTTP/1.1 206 Part",
        "HTTP/1.1 301 Moved", "HTTP/1.1 302 Found", "HTTP/1.1 303 See", "HTTP/1.1 307 Temporary", "HTTP/1.1 308 Permanent", "HTTP/1.1 304 Not Modified", "HTTP/1.1 300 Many",
        "HTTP/1.1 400 Bad", "HTTP/1.1 401 Unauthorized", "HTTP/1.1 404 Not Found", "HTTP/1.1 407 Proxy", "HTTP/1.1 418 Teapot", "HTTP/1.1 429 Many", "HTTP/1.1 500 Error",
        "HTTP/1.1 503 Busy", "HTTP/1.1 599 ?", "HTTP/1.1 999 ?", "HTTP/1.1 000 ?", "HTTP/1.1 101 Switching", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK", "HTTP/9.9 200 OK",
        "HTTP/1.1 2000 OK", "HTTP/1.1  200 OK", "ICY 200 OK", "HTTP/2 200", "PRI * HTTP/2.0", "", "HTTP/1.1 200 \u001b]0;x\u0007", "HTTP/1.1 -20 x", "SSH-2.0-x",
    ];

    private static readonly (string Name, string[] Values)[] Headers =
    [
        ("Content-Type", ["application/json", "text/event-stream", "text/event-stream; charset=utf-7", "text/html", "audio/mpeg", "image/png", ";", "a/b; charset=\"", "\u00ff", "application/octet-stream"]),
        ("Content-Encoding", ["gzip", "br", "identity", "deflate", "zstd", "gzip, gzip", "br, gzip", "x", "", ",,,"]),
        ("Transfer-Encoding", ["chunked", "gzip", "chunked, chunked", "x"]),
        ("Content-Length", ["0", "1", "-1", "99999999999999999999", "2147483647", "x", "5, 5"]),
        ("x-request-id", ["req_1", "", "\u001b[31mred", new string('r', 5000)]),
        ("retry-after", ["1e400", "-1", "NaN", "Infinity", "999999999", "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "x", ""]),
        ("retry-after-ms", ["1e308", "-1e308", "x"]),
        ("x-should-retry", ["true", "false", "maybe"]),
        ("Set-Cookie", ["a=b", "\u0001=\u0002"]),
        ("WWW-Authenticate", ["Basic realm=\"", "Negotiate", "NTLM TlRMTVNTUAACAAAA", "Digest nonce="]),
        ("Proxy-Authenticate", ["Basic", "Negotiate x"]),
        ("Connection", ["close", "keep-alive", "Upgrade", "x, close"]),
        ("Upgrade", ["h2c", "websocket"]),
        ("Trailer", ["X-T"]),
        ("Date", ["Thu, 99 Foo 0000 00:00:00 GMT"]),
        ("A b", ["bad name"]),
        ("\u00e9", ["\u00e9"]),
    ];

    private static readonly string[] Texts =
    [
        """{"id":"c1","object":"text_completion","choices":[{"index":0,"text":"Hello","message":{"role":"assistant","content":"Hello"},"delta":{"content":"Hello"},"finish_reason":"stop"}]}""",
        """{"type":"response.completed","sequence_number":1,"response":{"id":"..","object":"response","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"x"}]}]}}""",
        """{"error":{"message":"no","code":1e400,"type":[],"param":{"a":1}}}""",
        """{"error":{"error":{"error":"{\"error\":\"<b>x</b>\"}"}}}""",
        """{"detail":[{"loc":["body",{"a":1},null],"msg":"bad"}]}""",
        """{"data":[{"id":null,"created":"x"},7,null,[]],"object":"list"}""",
        """{"data":[{"b64_json":"%%%","url":5}]}""",
        """{"choices":{"a":[]},"usage":"x","model":[],"created":-1e99}""",
        """{"choices":[null,1,[],{"index":-5,"delta":null},{"index":999999999999,"delta":{"tool_calls":[{"index":-1,"function":{"name":1,"arguments":[]}}]}}]}""",
        """[{"error":null},{"error":{"message":null}}]""",
        "<html><head><title>502 &amp; more</title></head><body><h1>Bad</h1></body></html>", "<?xml version=\"1.0\"?><Error><Code>X</Code><Message>No</Message></Error>",
        "\u00ef\u00bb\u00bf{}", "null", "true", "\"text\"", "-0", "1e400", "{", "[", "\"", "{}x", "[DONE]", "", " ", "\0\0\0", "\u00ff\u00fe", "plain words",
    ];

    private static readonly string[] Repeated =
    [
        "<script></script>", "<script>", "<title", "<h1></h1>", "<", "&#x110000;", "<!--", "data: ", "data:data:", "event: error\ndata: x\n\n", "[", "{\"error\":", "{\"error\":[", "\"\\\\",
        "data: {\n", ":\n", "\n", "\r", "id: 1\n", "\u00ef\u00bb\u00bf", "data: [DONE]\n\n", "error: ", "{}", "\\u0000",
    ];

    /// <summary>The answer for a seed, always the same.</summary>
    public static byte[] Make(int seed)
    {
        var random = new Random(seed);
        if (random.Next(20) == 0)
        {
            return Noise(random, random.Next(300));
        }

        byte[] body = Body(random);
        var head = new StringBuilder(Pick(random, StatusLines)).Append("\r\n");
        int headers = random.Next(6);
        for (int i = 0; i < headers; i++)
        {
            var (name, values) = Pick(random, Headers);
            head.Append(name).Append(": ").Append(Pick(random, values)).Append("\r\n");
        }

        if (random.Next(3) == 0)
        {
            head.Append("Location: ").Append(Pick(random, Locations)).Append("\r\n");
        }

        if (random.Next(2) == 0)
        {
            head.Append("Content-Length: ").Append(body.Length).Append("\r\n");
        }

        byte[] start = Encoding.Latin1.GetBytes(head.Append("\r\n").ToString());
        if (random.Next(8) == 0)
        {
            start[random.Next(start.Length)] = (byte)random.Next(256);
        }

        return [.. start, .. body];
    }

    /// <summary>The same text repeated, up to the length that an error reads.</summary>
    public static byte[] Repeat(string part, int length) => Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(part, (length / part.Length) + 1)));

    public static IReadOnlyList<string> Parts => Repeated;

    private static byte[] Body(Random random)
    {
        byte[] body = random.Next(10) switch
        {
            0 => Noise(random, random.Next(2000)),
            1 => Repeat(Pick(random, Repeated), random.Next(20_000)),
            2 or 3 or 4 => Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"{Pick(random, ["", "event: error\n", "event: response.completed\n", "id: 1\n"])}data: {Pick(random, Texts)}\n\n"))
                + (random.Next(2) == 0 ? "data: [DONE]\n\n" : "")),
            _ => Encoding.Latin1.GetBytes(Pick(random, Texts)),
        };
        int changes = random.Next(3) == 0 ? random.Next(1, 4) : 0;
        for (int i = 0; i < changes && body.Length > 0; i++)
        {
            body[random.Next(body.Length)] = (byte)random.Next(256);
        }

        return random.Next(6) switch
        {
            0 => Packed(body, random),
            1 => [.. Encoding.Latin1.GetBytes($"{body.Length:x}\r\n"), .. body, .. Encoding.Latin1.GetBytes(Pick(random, ["\r\n0\r\n\r\n", "\r\n", "", "\r\nzz\r\n"]))],
            _ => body,
        };
    }

    private static byte[] Packed(byte[] body, Random random)
    {
        using var packed = new MemoryStream();
        using (Stream zip = random.Next(2) == 0 ? new GZipStream(packed, CompressionLevel.Fastest) : new BrotliStream(packed, CompressionLevel.Fastest))
        {
            zip.Write(body);
        }

        byte[] bytes = packed.ToArray();
        return random.Next(3) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    private static byte[] Noise(Random random, int length)
    {
        byte[] noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];
}
