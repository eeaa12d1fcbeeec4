using System.Net;

namespace OpenAIStream;

/// <summary>A body that is passed on as its stream, without holding anything back.</summary>
internal sealed class PassingContent(Func<Task<Stream>> open, Action close) : HttpContent
{
    public PassingContent(Stream body) : this(() => Task.FromResult(body), body.Dispose)
    {
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => open();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var body = await open().ConfigureAwait(false);
        await body.CopyToAsync(stream).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            close();
        }

        base.Dispose(disposing);
    }
}
