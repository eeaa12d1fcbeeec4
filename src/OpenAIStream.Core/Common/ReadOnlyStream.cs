using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>A stream that only supports reading forwards.</summary>
[SuppressMessage("Performance", "CA1844", Justification = ".NET Standard 2.0 does not have the overrides for Memory; the base class calls these.")]
internal abstract class ReadOnlyStream : Stream
{
    public sealed override bool CanRead => true;

    public sealed override bool CanSeek => false;

    public sealed override bool CanWrite => false;

    public sealed override long Length => throw new NotSupportedException();

    public sealed override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public abstract override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken);

    public sealed override int Read(byte[] buffer, int offset, int count) => Blocking.Run(() => ReadAsync(buffer, offset, count, CancellationToken.None));

    public sealed override void Flush()
    {
    }

    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public sealed override void SetLength(long value) => throw new NotSupportedException();

    public sealed override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
