using System.Net;
using System.Text;

namespace OpenAIStream.Tests.Http;

/// <summary>An answer that is generated while it is read, so that only the client holds it.</summary>
internal sealed class LargeAnswer : HttpMessageHandler
{
    private readonly string _start;
    private readonly byte[] _part;
    private readonly string _end;
    private readonly long _size;

    /// <param name="kind">The content of the answer.</param>
    /// <param name="megabytes">Its approximate size.</param>
    public LargeAnswer(string kind, int megabytes)
    {
        string part;
        (_start, part, _end) = kind switch
        {
            "image event" => ("data: {\"type\":\"image_generation.completed\",\"b64_json\":\"", "AAAA", "\"}\n\n"),
            "image" => ("{\"created\":1,\"data\":[{\"b64_json\":\"", "AAAA", "\"}]}"),
            "text" => ("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"", "word ", "\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"),
            "choices" => ("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}", ",{\"index\":1,\"delta\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}", "]}\n\ndata: [DONE]\n\n"),
            "objects event" => ("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"x\":[1", ",{}", "]}\n\ndata: [DONE]\n\n"),
            "objects" => ("{\"choices\":[{\"index\":0,\"message\":{},\"finish_reason\":\"stop\"}],\"x\":[1", ",{}", "]}"),
            _ => throw new ArgumentException(kind),
        };
        _part = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(part, 8192 / part.Length)));
        _size = megabytes * 1024L * 1024;
    }

    /// <summary>Called when the answer has been read to its end.</summary>
    public Action? WhenRead { get; init; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new Body(this)) });

    private sealed class Body(LargeAnswer answer) : MemoryStream
    {
        private byte[] _now = Encoding.UTF8.GetBytes(answer._start);
        private int _at;
        private long _made;
        private bool _isLast;

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_at == _now.Length)
            {
                if (_isLast)
                {
                    return ValueTask.FromResult(0);
                }

                _isLast = _made >= answer._size;
                (_now, _at) = (_isLast ? Encoding.UTF8.GetBytes(answer._end) : answer._part, 0);
                _made += _now.Length;
                if (_isLast)
                {
                    answer.WhenRead?.Invoke();
                }
            }

            int length = Math.Min(buffer.Length, _now.Length - _at);
            _now.AsMemory(_at, length).CopyTo(buffer);
            _at += length;
            return ValueTask.FromResult(length);
        }
    }
}
