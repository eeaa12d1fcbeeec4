using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace OpenAIStream;

/// <summary>
/// Streams of chunks without an <see cref="OpenAIClient"/>: from a file, from another HTTP client, or created in a test.
/// They are read like those of a client, including errors and ends.
/// </summary>
public static class SseStream
{
    /// <summary>Reads chunks from the bytes of an event stream.</summary>
    /// <typeparam name="T">The chunk type, such as <see cref="ChatCompletionChunk"/>, <see cref="JsonMap"/> or <see cref="ServerSentEvent"/>.</typeparam>
    /// <param name="body">The bytes; disposed with the stream.</param>
    /// <exception cref="ArgumentException">Streams cannot contain objects of type <typeparamref name="T"/>.</exception>
    public static SseStream<T> Read<T>(Stream body) where T : class
    {
        Guard.NotNull(body, nameof(body));
        var response = new HttpResponseMessage { Content = new StreamContent(body) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
        return Read<T>(response);
    }

    /// <summary>Reads chunks from a response. Its status is not checked.</summary>
    /// <inheritdoc cref="Read{T}(Stream)" path="/typeparam"/>
    /// <param name="response">The response, whose body need not have arrived yet; disposed with the stream.</param>
    /// <exception cref="ApiException">The body is not an event stream.</exception>
    /// <exception cref="ArgumentException">Streams cannot contain objects of type <typeparamref name="T"/>.</exception>
    public static SseStream<T> Read<T>(HttpResponseMessage response) where T : class
    {
        Guard.NotNull(response, nameof(response));
        var decoder = Decoders.For<T>();
        var call = new Call(new OpenAIClientOptions(), CancellationToken.None, CancellationToken.None);
        return new SseStream<T>(Blocking.Run(() => OpenResponse.OpenAsync(response, call)), decoder);
    }

    /// <summary>
    /// Creates a stream of given chunks, for tests. Each is written as an event and read again, so the stream returns an
    /// equal object, not the same one.
    /// </summary>
    /// <inheritdoc cref="Read{T}(Stream)" path="/typeparam"/>
    /// <param name="chunks">The chunks.</param>
    /// <param name="isCut">
    /// Omits the end (<c>[DONE]</c>): unless the chunks say that the model has finished, reading ends with a <see
    /// cref="StreamEndedEarlyException"/>.
    /// </param>
    /// <exception cref="ArgumentException">Streams cannot contain objects of type <typeparamref name="T"/>.</exception>
    public static SseStream<T> FromChunks<T>(IEnumerable<T> chunks, bool isCut = false) where T : class
    {
        Guard.NotNull(chunks, nameof(chunks));
        var events = new StringBuilder();
        foreach (var chunk in chunks)
        {
            Append(events, chunk as ServerSentEvent ?? new ServerSentEvent((chunk as AssistantEvent)?.Event, ((JsonModel)(object)chunk).ToJson()));
        }

        if (!isCut)
        {
            events.Append("data: [DONE]\n\n");
        }

        return Read<T>(new MemoryStream(Encoding.UTF8.GetBytes(events.ToString())));
    }

    /// <summary>Steers a response. Calls <see cref="SteerAsync"/>.</summary>
    /// <inheritdoc cref="SteerAsync"/>
    public static void Steer(this SseStream<ResponseEvent> stream, object input, CancellationToken cancellationToken = default)
    {
        Guard.NotNull(stream, nameof(stream));
        Guard.NotNull(input, nameof(input));
        Blocking.Run(async () =>
        {
            await stream.SteerAsync(input, cancellationToken).ConfigureAwait(false);
            return true;
        });
    }

    /// <summary>
    /// Sends input for a response while it is being written; another thread can do so too. It returns when the input has
    /// been sent. The outcome arrives as a <see cref="ResponseSteerEvent"/>, and the events of the successor, which takes
    /// the input into account, follow in the same stream.
    /// </summary>
    /// <param name="stream">The stream of the response, over a WebSocket. Its first event must have been read.</param>
    /// <param name="input">The input of the user: text, or a list of items, as for <see cref="ResponseRequest.Input"/>.</param>
    /// <param name="cancellationToken">Cancels sending, and with it the response.</param>
    /// <exception cref="NotSupportedException">The response does not use a WebSocket.</exception>
    /// <exception cref="InvalidOperationException">The response has not started, or has ended.</exception>
    /// <exception cref="ApiConnectionException">The socket was closed in the meantime; nothing was sent.</exception>
    public static Task SteerAsync(this SseStream<ResponseEvent> stream, object input, CancellationToken cancellationToken = default)
    {
        Guard.NotNull(stream, nameof(stream));
        Guard.NotNull(input, nameof(input));
        return stream.SteerAsync(input, cancellationToken);
    }

    private static void Append(StringBuilder events, ServerSentEvent one)
    {
        AppendField("event", one.Event);
        AppendField("id", one.Id);
        AppendField("retry", one.Retry?.ToString(CultureInfo.InvariantCulture));
        foreach (string line in one.Data.Split('\n'))
        {
            AppendField("data", line);
        }

        events.Append('\n');

        void AppendField(string name, string? value)
        {
            if (value is not null)
            {
                events.Append(name).Append(": ").Append(value).Append('\n');
            }
        }
    }
}
