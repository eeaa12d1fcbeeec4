using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace OpenAIStream.Loopback;

/// <summary>Counts what each HTTP/2 stream has really written to the network, by reading the frames as they are written.</summary>
/// <remarks>
/// Kestrel's flush returns while up to 4 KB of a stream still wait for its frame writer. Without this, pieces would be
/// joined, and a cut or reset right after a flush would take back data that the client was to receive.
/// </remarks>
internal sealed class Http2FrameTally : PipeWriter
{
    private const int HeaderLength = 9;
    private const int DataFrame = 0;
    private const int HeadersFrame = 1;

    private readonly PipeWriter _wire;
    private readonly byte[] _header = new byte[HeaderLength];
    private readonly Lock _gate = new();
    private readonly List<(int Stream, int Bytes)> _unflushed = [];
    private readonly Dictionary<int, long> _sent = [];
    private readonly List<(int Stream, long Bytes, TaskCompletionSource Done)> _waits = [];
    private Memory<byte> _lent;
    private int _headerFilled;
    private int _payloadLeft;

    private Http2FrameTally(PipeWriter wire) => _wire = wire;

    /// <summary>Connection middleware; it must be added above TLS.</summary>
    public static ConnectionDelegate Watch(ConnectionDelegate next) => connection =>
    {
        // Without TLS there is no negotiated protocol: this endpoint supports only HTTP/2.
        var tls = connection.Features.Get<ISslStreamFeature>();
        if (tls is null || tls.SslStream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2)
        {
            var tally = new Http2FrameTally(connection.Transport.Output);
            connection.Features.Set(tally);
            connection.Transport = new Transport(connection.Transport.Input, tally);
        }

        return next(connection);
    };

    /// <summary>Waits until the stream's headers and this much of its body have been sent.</summary>
    public Task SentAsync(int stream, long bytes, CancellationToken stop)
    {
        lock (_gate)
        {
            if (HasSent(stream, bytes))
            {
                return Task.CompletedTask;
            }

            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waits.Add((stream, bytes, done));
            return done.Task.WaitAsync(stop);
        }
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _lent = _wire.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        ReadFrames(_lent.Span[..bytes]);
        _lent = _lent[bytes..];
        _wire.Advance(bytes);
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var result = await _wire.FlushAsync(cancellationToken);
        lock (_gate)
        {
            foreach (var (stream, bytes) in _unflushed)
            {
                _sent[stream] = _sent.GetValueOrDefault(stream) + bytes;
            }

            _unflushed.Clear();
            _waits.RemoveAll(wait => HasSent(wait.Stream, wait.Bytes) && wait.Done.TrySetResult());
        }

        return result;
    }

    public override void CancelPendingFlush() => _wire.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => _wire.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => _wire.CompleteAsync(exception);

    private bool HasSent(int stream, long bytes) => _sent.TryGetValue(stream, out long sent) && sent >= bytes;

    private void ReadFrames(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_payloadLeft > 0)
            {
                int payload = Math.Min(_payloadLeft, bytes.Length);
                _payloadLeft -= payload;
                bytes = bytes[payload..];
                continue;
            }

            int taken = Math.Min(HeaderLength - _headerFilled, bytes.Length);
            bytes[..taken].CopyTo(_header.AsSpan(_headerFilled));
            _headerFilled += taken;
            bytes = bytes[taken..];
            if (_headerFilled == HeaderLength)
            {
                BeginFrame();
            }
        }
    }

    private void BeginFrame()
    {
        _headerFilled = 0;
        _payloadLeft = (_header[0] << 16) | (_header[1] << 8) | _header[2];
        int type = _header[3];
        if (type is not (DataFrame or HeadersFrame))
        {
            return;
        }

        int stream = BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(5)) & int.MaxValue;
        lock (_gate)
        {
            _unflushed.Add((stream, type == DataFrame ? _payloadLeft : 0));
        }
    }

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
