using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests;

/// <summary>Where .NET Framework differs, after its source (microsoft/referencesource): what it does is played here.</summary>
public sealed class FrameworkTests
{
    private static readonly Uri Elsewhere = new("https://api.example.test/v1/");

    [Fact]
    public async Task A_stop_ends_a_read_that_hears_no_token()
    {
        var handler = new FrameworkHandler();
        using var client = new OpenAIClient(new() { BaseAddress = Elsewhere, Handler = handler });
        using var stop = new CancellationTokenSource();
        await using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: stop.Token);
        Assert.True(await stream.MoveNextAsync());
        var reading = stream.MoveNextAsync().AsTask();
        await handler.Body.Waiting.WaitAsync(TestStop);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(10), TestStop));
        Assert.True(handler.Body.IsDisposed);
        Assert.False(handler.Body.WasDrained, "Dispose came before the request was aborted, and read on.");
    }

    [Fact]
    public async Task A_stream_that_is_left_is_not_drained()
    {
        var handler = new FrameworkHandler();
        using var client = new OpenAIClient(new() { BaseAddress = Elsewhere, Handler = handler });
        var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        Assert.True(await stream.MoveNextAsync());

        await stream.DisposeAsync();

        Assert.True(handler.Body.IsDisposed);
        Assert.False(handler.Body.WasDrained, "Dispose came before the request was aborted, and read on.");
    }

#pragma warning disable SYSLIB0014, CA5364 // .NET has the setting, and nothing heeds it
    [Theory]
    [InlineData(SecurityProtocolType.Tls11, SecurityProtocolType.Tls11 | SecurityProtocolType.Tls12)]
    [InlineData(SecurityProtocolType.Tls12, SecurityProtocolType.Tls12)]
    [InlineData(SecurityProtocolType.SystemDefault, SecurityProtocolType.SystemDefault)]
    public void TLS_1_2_stands_beside_what_the_process_allows(SecurityProtocolType before, SecurityProtocolType after)
    {
        var saved = ServicePointManager.SecurityProtocol;
        try
        {
            ServicePointManager.SecurityProtocol = before;
            using var client = new OpenAIClient(new() { BaseAddress = Elsewhere, Credential = ApiCredential.FromKey(Key) });
            Assert.Equal(after, ServicePointManager.SecurityProtocol);
        }
        finally
        {
            ServicePointManager.SecurityProtocol = saved;
        }
    }

    [Fact]
    public async Task Small_packets_are_not_held_back_and_a_change_in_DNS_is_seen()
    {
        await using var server = await Loopback.LoopbackServer.StartAsync();
        server.Default = Loopback.Reply.Sse(Hello, Http.Setup.Stop, "[DONE]");
        using var client = Client(server.Http1);
        var point = ServicePointManager.FindServicePoint(server.Http1); // held, because it is forgotten if nobody uses it
        await using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        Assert.False(point.UseNagleAlgorithm);
        Assert.Equal(5 * 60 * 1000, point.ConnectionLeaseTimeout);
    }
#pragma warning restore SYSLIB0014, CA5364

    /// <summary>HttpClientHandler: its token aborts the request for good, and not the read.</summary>
    private sealed class FrameworkHandler : HttpMessageHandler
    {
        public ConnectBody Body { get; } = new();

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            cancellationToken.Register(Body.Abort);
            var content = new StreamContent(Body);
            content.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = content });
        }
    }

    /// <summary>ConnectStream: one event, then silence.</summary>
#pragma warning disable CA1844 // .NET Framework has the other overload alone
    private sealed class ConnectBody : Stream
#pragma warning restore CA1844
    {
        private readonly TaskCompletionSource<int> _rest = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private byte[]? _event = Encoding.UTF8.GetBytes($"data: {Hello}\n\n");

        public Task Waiting => _waiting.Task;

        public bool IsDisposed { get; private set; }

        /// <summary>Whether Dispose read on, to use the connection again.</summary>
        public bool WasDrained { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void Abort() => _rest.TrySetException(new IOException("The request was aborted."));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            if (Interlocked.Exchange(ref _event, null) is byte[] first)
            {
                first.CopyTo(buffer, offset);
                return Task.FromResult(first.Length);
            }

            _waiting.TrySetResult();
            return _rest.Task;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            WasDrained |= !IsDisposed && !_rest.Task.IsFaulted;
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
