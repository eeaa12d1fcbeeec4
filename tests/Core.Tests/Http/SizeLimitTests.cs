using System.IO.Compression;
using System.Net;
using System.Text;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

/// <summary>The memory limits of a response, the errors that name them, and the responses they do not affect.</summary>
public class SizeLimitTests
{
    private const string Answer = """{"id":"c1","object":"text_completion","choices":[{"index":0,"text":"Hello","finish_reason":"stop"}]}""";
    private const int Floor = 64 * 1024 * 1024;

    private const string SmallBuffers = "A Debug build reads 64 MB in pieces of 16 bytes, which takes ten seconds and shows nothing more.";

    /// <summary>A few hundred kilobytes that expand beyond the floor.</summary>
    public static TheoryData<string, bool> Bombs =>
    [
        ("gzip", false), ("gzip", true), ("x-gzip", false), ("gzip, gzip", false), ("identity, gzip", true),
#if !NETSTANDARD_BUILD
        ("br", false), ("br", true), ("br, gzip", true),
#endif
    ];

    [Theory]
    [MemberData(nameof(Bombs))]
    public async Task Data_that_expands_a_hundredfold_is_refused_beyond_64_MB(string encodings, bool isStream)
    {
        Assert.SkipWhen(isStream && SseParser.SmallBuffer < 1024, SmallBuffers);
        using var client = Client(Pack(Blanks(Floor + 1024 * 1024, isStream), encodings), encodings);
        var error = await Assert.ThrowsAsync<ResponseTooLargeException>(() => CallAsync(client, isStream));
        Assert.Equal((100, nameof(OpenAIClientOptions.MaxDecompressionRatio)), (error.Limit, error.Option));
        Assert.Contains("Increase MaxDecompressionRatio", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_to_64_MB_any_compression_ratio_is_allowed()
    {
        byte[] body = [.. Blanks(8 * 1024 * 1024, isStream: false), .. Encoding.UTF8.GetBytes(Answer)];
        using var client = Client(Pack(body, "gzip"), "gzip");
        Assert.Equal("Hello", await CallAsync(client, isStream: false));
    }

    [Theory]
    [InlineData(5000)]
    [InlineData(null)]
    public async Task The_ratio_can_be_raised_and_removed(int? ratio)
    {
        byte[] body = [.. Blanks(Floor + 1024 * 1024, isStream: false), .. Encoding.UTF8.GetBytes(Answer)];
        using var client = Client(Pack(body, "gzip"), "gzip", options => options.MaxDecompressionRatio = ratio);
        Assert.Equal("Hello", await CallAsync(client, isStream: false));
    }

    [Theory]
    [InlineData("gzip, gzip, gzip")]
    [InlineData("gzip, identity, gzip, br")]
    public async Task Three_nested_compressions_are_refused(string encodings)
    {
        using var client = Client([], encodings);
        var error = await Assert.ThrowsAsync<ResponseFormatException>(() => CallAsync(client, isStream: false));
        Assert.Contains("compressed 3 times. At most 2 layers are decompressed.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip, gzip")]
    [InlineData("identity, gzip, identity, GZIP, identity")]
    public async Task Two_nested_compressions_are_undone(string encodings)
    {
        using var client = Client(Pack(Encoding.UTF8.GetBytes(Answer), "gzip, gzip"), encodings);
        Assert.Equal("Hello", await CallAsync(client, isStream: false));
    }

    [Fact]
    public async Task The_compression_limit_applies_to_recordings_too()
    {
        Assert.SkipWhen(SseParser.SmallBuffer < 1024, SmallBuffers);
        using var folder = new Recordings.TestFolder();
        using var client = Client(Pack(Blanks(Floor + 1024 * 1024, isStream: true), "gzip"), "gzip", options => options.Handler = new RecordingHandler(folder.Path, options.Handler!));
        await Assert.ThrowsAsync<ResponseTooLargeException>(() => CallAsync(client, isStream: true));
    }

    public static TheoryData<string, string, bool> Wholes => new()
    {
        { "an answer", Answer, false },
        { "an answer instead of a stream", Answer, true },
        { "events instead of an answer", $"data: {Hello}\n\ndata: {Setup.Stop}\n\ndata: [DONE]\n\n", false },
    };

    [Theory]
    [MemberData(nameof(Wholes))]
    public async Task Buffered_text_has_a_limit(string what, string body, bool isStream)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        using (var client = Client(bytes, "", options => options.MaxResponseBytes = bytes.Length))
        {
            Assert.Equal((what, "Hello"), (what, await CallAsync(client, isStream)));
        }

        using (var client = Client(bytes, "", options => options.MaxResponseBytes = bytes.Length - 1))
        {
            var error = await Assert.ThrowsAsync<ResponseTooLargeException>(() => CallAsync(client, isStream));
            Assert.Equal((bytes.Length - 1, nameof(OpenAIClientOptions.MaxResponseBytes)), (error.Limit, error.Option));
            Assert.Equal($"The response is larger than the limit of {bytes.Length - 1} bytes. Increase MaxResponseBytes, or request less at once.", error.Message);
        }
    }

    [Fact]
    public async Task A_stream_s_events_are_not_counted_together()
    {
        string events = string.Concat(Enumerable.Repeat($"data: {Hello}\n\n", 1000)) + $"data: {Setup.Stop}\n\ndata: [DONE]\n\n";
        using var client = Client(Encoding.UTF8.GetBytes(events), "", options => options.MaxResponseBytes = 1000);
        Assert.Equal(5000, (await CallAsync(client, isStream: true)).Length);
    }

    [Fact]
    public void Limits_apply_by_default()
    {
        var options = new OpenAIClientOptions();
        Assert.Equal((1L << 30, 1L << 28, 100), (options.MaxResponseBytes, options.MaxEventBytes, options.MaxDecompressionRatio));
    }

    [Fact]
    public void A_limit_of_zero_or_less_is_refused()
    {
        foreach (var set in new Action<OpenAIClientOptions>[] { o => o.MaxResponseBytes = 0, o => o.MaxEventBytes = -1, o => o.MaxDecompressionRatio = 0 })
        {
            Assert.Contains("must be 1 or more; null means no limit.", Assert.Throws<ApiConfigurationException>(() => Setup.Client(new Uri("http://127.0.0.1/"), set)).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Everywhere: in the network, wrapped in a network exception, and while a stream is read.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Running_out_of_memory_is_not_a_broken_connection(bool isStream, bool isWrapped)
    {
        Exception exception = isWrapped ? new HttpRequestException("failed", new IOException("failed", new InsufficientMemoryException())) : new InsufficientMemoryException();
        string start = isStream ? $"data: {Hello}\n\n" : "{";
        using var client = Client(() => new BrokenStream(Encoding.UTF8.GetBytes(start), exception), "");
        var error = await Assert.ThrowsAsync<ResponseTooLargeException>(() => CallAsync(client, isStream));
        Assert.Equal("There is not enough memory for the response.", error.Message);
        Assert.Equal((null, null), (error.Limit, error.Option));
        Assert.Equal(isStream ? "Hello" : null, error.PartialText);
    }

    [Fact]
    public async Task Running_out_of_memory_before_the_headers_is_not_retried()
    {
        int attempts = 0;
        using var client = Client(() => throw new InsufficientMemoryException($"{++attempts}"), "", options => options.MaximumRetryCount = 2);
        await Assert.ThrowsAsync<ResponseTooLargeException>(() => CallAsync(client, isStream: false));
        Assert.Equal(1, attempts);
    }

    private static async Task<string> CallAsync(OpenAIClient client, bool isStream)
    {
        if (!isStream)
        {
            return (await client.Completions.CreateAsync(Ask, cancellationToken: TestStop)).Text;
        }

        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        while (await stream.MoveNextAsync())
        {
        }

        return stream.ToString();
    }

    private static OpenAIClient Client(byte[] body, string encodings, Action<OpenAIClientOptions>? set = null) => Client(() => new MemoryStream(body), encodings, set);

    private static OpenAIClient Client(Func<Stream> body, string encodings, Action<OpenAIClientOptions>? set = null) => Setup.Client(new Uri("http://127.0.0.1/"), options =>
    {
        options.Handler = new BodyHandler(body, encodings);
        options.MaximumRetryCount = 0;
        set?.Invoke(options);
    });

    /// <summary>Spaces; in a stream, lines without meaning.</summary>
    private static byte[] Blanks(int count, bool isStream)
    {
        byte[] blanks = new byte[count];
        blanks.AsSpan().Fill((byte)(isStream ? '\n' : ' '));
        return blanks;
    }

    private static byte[] Pack(byte[] body, string encodings)
    {
        foreach (string encoding in encodings.Split(", ").Where(encoding => encoding != "identity"))
        {
            using var packed = new MemoryStream();
            using (Stream zip = encoding == "br" ? new BrotliStream(packed, CompressionLevel.Fastest) : new GZipStream(packed, CompressionLevel.Fastest))
            {
                zip.Write(body);
            }

            body = packed.ToArray();
        }

        return body;
    }

    private sealed class BodyHandler(Func<Stream> body, string encodings) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body()) };
            foreach (string encoding in encodings.Split(", ", StringSplitOptions.RemoveEmptyEntries))
            {
                response.Content.Headers.ContentEncoding.Add(encoding);
            }

            return Task.FromResult(response);
        }
    }

    private sealed class BrokenStream(byte[] start, Exception end) : MemoryStream(start)
    {
        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            Position < Length ? base.ReadAsync(buffer, offset, count, cancellationToken) : Task.FromException<int>(end);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length ? base.ReadAsync(buffer, cancellationToken) : ValueTask.FromException<int>(end);
    }
}
