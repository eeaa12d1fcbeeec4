using System.Net.Http.Headers;

namespace OpenAIStream;

/// <summary>A stream of a few chunks from memory.</summary>
internal static class CannedStream
{
    private static ReadOnlySpan<byte> Events =>
        """
        data: {"id":"","object":"","created":1,"model":"","choices":[{"index":0,"delta":{"role":"","content":"a"},"finish_reason":null}]}

        data: {"id":"","object":"","created":1,"model":"","choices":[{"index":0,"delta":{"content":"b"},"finish_reason":null}]}

        data: {"id":"","object":"","created":1,"model":"","choices":[{"index":0,"delta":{"content":"c"},"finish_reason":null}]}

        data: [DONE]


        """u8;

    public static SseStream<T> Open<T>(ChunkDecoder<T> decoder) where T : class
    {
        var message = new HttpResponseMessage { Content = new ByteArrayContent(Events.ToArray()) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
        var response = Blocking.Wait(OpenResponse.OpenAsync(message, new Call(new OpenAIClientOptions(), default, default)));
        return new SseStream<T>(response, decoder, null);
    }
}
