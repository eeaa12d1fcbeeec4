using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using OpenAIStream.Tests.Recordings;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

/// <summary>Bodies that are read while they are sent.</summary>
public sealed class RequestBodyTests
{
    private const long Large = 1024L * 1024 * 1024;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_large_upload_is_never_in_memory(bool isForm, bool isRecorded)
    {
        using var folder = new TestFolder();
        var source = new Source(Large);
        var sink = new Sink(source);
        HttpMessageHandler handler = isRecorded ? new RecordingHandler(folder.Path, sink) : sink;
        var told = new List<BodySending>();
        var options = new RequestOptions
        {
            OnEvent = callEvent =>
            {
                if (callEvent is BodySending sending)
                {
                    told.Add(sending);
                }
            },
        };
        var body = isForm ? new RequestForm().Add("purpose", "batch").AddFile("file", "a.jsonl", source.Open, Large) : RequestBody.FromStream(source.Open, Large);
        using (var client = new OpenAIClient(new() { BaseAddress = new Uri("https://api.example.test/v1/"), Handler = handler }))
        {
            await client.RequestAsync<JsonMap>(HttpMethod.Post, "files", body, options, TestStop);
        }

        Assert.Equal(body.Length, sink.Received);
        Assert.InRange(sink.MostAhead, 1, 128 * 1024);
        Assert.Equal(1023, told.Count, 1.0);
        Assert.Equal(body.Length, told[0].BodyBytes);
        if (isRecorded)
        {
            Assert.Contains("\"bytes\": 1073741824", Encoding.UTF8.GetString(folder.Only.RequestBody.ToArray()), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_file_is_uploaded_in_parts_that_are_never_in_memory()
    {
        var source = new Source(Large);
        var sink = new Sink(source);
        using var client = new OpenAIClient(new() { BaseAddress = new Uri("https://api.example.test/v1/"), Handler = sink });
        var sent = new List<long>();
        var upload = new FileUpload("a.jsonl", source.Open, Large, "batch") { OnPart = state => sent.Add(state.IsCompleting ? -1 : state.SentBytes) };

        var file = await client.Files.CreateAsync(upload, cancellationToken: TestStop);

        Assert.Equal("file-1", file.Id);
        Assert.Equal(Enumerable.Range(1, 16).Select(static part => part * FileUpload.LargestPart).Append(-1), sent);
        Assert.InRange(sink.MostAhead, 1, 128 * 1024);
    }

    [Fact]
    public async Task Each_attempt_reads_the_body_from_its_start()
    {
        var source = new Source(100_000);
        var sink = new Sink(source) { Failures = 2 };
        var clock = new RetryClock();
        using var client = new OpenAIClient(new() { BaseAddress = new Uri("https://api.example.test/v1/"), Handler = sink, TimeProvider = clock });

        await client.RequestAsync<JsonMap>(HttpMethod.Put, "x", RequestBody.FromStream(source.Open, 100_000), clock.Skipping(), TestStop);

        Assert.Equal(3, source.Opened);
        Assert.Equal(300_000, sink.Received);
    }

    [Fact]
    public async Task A_running_upload_is_not_silence()
    {
        var clock = new FakeTimeProvider();
        var source = new Source(10 * 64 * 1024);
        var sink = new Sink(source) { OnWrite = () => clock.Advance(TimeSpan.FromSeconds(5)) };
        using var client = new OpenAIClient(new() { BaseAddress = new Uri("https://api.example.test/v1/"), Handler = sink, TimeProvider = clock, OperationTimeout = TimeSpan.FromSeconds(8), MaximumRetryCount = 0 });
        await client.RequestAsync<JsonMap>(HttpMethod.Post, "x", RequestBody.FromStream(source.Open, source.Length), null, TestStop);

        sink.OnWrite = () => clock.Advance(TimeSpan.FromSeconds(9));
        var error = await Assert.ThrowsAsync<ApiTimeoutException>(() => client.RequestAsync<JsonMap>(HttpMethod.Post, "x", RequestBody.FromStream(source.Open, source.Length), null, TestStop));
        Assert.Equal(TimeoutKind.Operation, error.Timeout);
    }

    [Fact]
    public void A_form_knows_its_length_before_it_is_sent()
    {
        var form = new RequestForm().Add("naïve", "ü").Add(new JsonMap { ["list"] = new[] { 1, 2 }, ["map"] = new JsonMap { ["a"] = true } }).AddFile("file", "a.txt", [1, 2, 3]);
        using var bytes = new MemoryStream();
        foreach (var piece in form.Open())
        {
            piece.CopyTo(bytes);
        }

        Assert.Equal(form.Length, bytes.Length);
        string text = Encoding.UTF8.GetString(bytes.ToArray());
        Assert.Contains("name=\"list[]\"\r\n\r\n2\r\n", text, StringComparison.Ordinal);
        Assert.Contains("name=\"map[a]\"\r\n\r\ntrue\r\n", text, StringComparison.Ordinal);
    }

    /// <summary>A source of this many bytes, which counts how many have been read.</summary>
    private sealed class Source(long length)
    {
        public long Length => length;

        public long Read { get; private set; }

        public int Opened { get; private set; }

        public Stream Open()
        {
            Opened++;
            return new Counting(this);
        }

        private sealed class Counting(Source source) : MemoryStream
        {
            private long _left = source.Length;

            public override bool CanSeek => true;

            public override long Position
            {
                get => source.Length - _left;
                set => _left = source.Length - value;
            }

            public override int Read(byte[] buffer, int offset, int count)
            {
                int read = (int)Math.Min(count, _left);
                _left -= read;
                source.Read += read;
                return read;
            }

            public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            {
                int read = (int)Math.Min(buffer.Length, _left);
                _left -= read;
                source.Read += read;
                return new(read);
            }

            public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer, offset, count));
        }
    }

    /// <summary>A network that accepts bytes one write at a time, and counts how many bytes of the source were read before they were written.</summary>
    private sealed class Sink(Source source) : HttpMessageHandler
    {
        private int _parts;

        public long Received { get; private set; }

        public long MostAhead { get; private set; }

        public int Failures { get; set; }

        public Action? OnWrite { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await request.Content!.CopyToAsync(new Counting(this), cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            bool fails = Failures-- > 0;
            string path = request.RequestUri!.AbsolutePath;
            string answer = path.EndsWith("/uploads", StringComparison.Ordinal) ? """{"id":"upload_1"}"""
                : path.EndsWith("/parts", StringComparison.Ordinal) ? $$"""{"id":"part_{{++_parts}}"}"""
                : path.EndsWith("/complete", StringComparison.Ordinal) ? """{"id":"upload_1","file":{"id":"file-1"}}"""
                : """{"id":"x"}""";
            return new HttpResponseMessage(fails ? HttpStatusCode.InternalServerError : HttpStatusCode.OK) { Content = new StringContent(answer, Encoding.UTF8, "application/json") };
        }

        private void Take(int count)
        {
            MostAhead = Math.Max(MostAhead, source.Read - Received);
            Received += count;
            OnWrite?.Invoke();
        }

        private sealed class Counting(Sink sink) : MemoryStream
        {
            public override void Write(byte[] buffer, int offset, int count) => sink.Take(count);

            public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
            {
                sink.Take(count);
                return Task.CompletedTask;
            }

            public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
            {
                sink.Take(buffer.Length);
                return ValueTask.CompletedTask;
            }
        }
    }
}
