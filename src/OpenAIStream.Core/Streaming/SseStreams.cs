using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace OpenAIStream;

/// <summary>
/// Streams of chunks without an <see cref="OpenAIClient"/>: from a file, from another HTTP client, or made up for a test.
/// They are read as those of a client are, errors and ends included.
/// </summary>
public static class SseStream
{
    /// <summary>Reads chunks from the bytes of an event stream.</summary>
    /// <typeparam name="T">The chunk, such as <see cref="ChatCompletionChunk"/>, <see cref="JsonMap"/> or <see cref="ServerSentEvent"/>.</typeparam>
    /// <param name="body">The bytes; disposed with the stream.</param>
    /// <exception cref="ArgumentException">No stream holds objects of type <typeparamref name="T"/>.</exception>
    public static SseStream<T> Read<T>(Stream body) where T : class
    {
        Guard.NotNull(body, nameof(body));
        var response = new HttpResponseMessage { Content = new StreamContent(body) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
        return Read<T>(response);
    }

    /// <summary>Reads chunks from a response. Its status is not looked at.</summary>
    /// <inheritdoc cref="Read{T}(Stream)" path="/typeparam"/>
    /// <param name="response">The response, whose body need not have come yet; disposed with the stream.</param>
    /// <exception cref="ApiException">The body is no event stream.</exception>
    /// <exception cref="ArgumentException">No stream holds objects of type <typeparamref name="T"/>.</exception>
    public static SseStream<T> Read<T>(HttpResponseMessage response) where T : class
    {
        Guard.NotNull(response, nameof(response));
        var decoder = Decoders.For<T>();
        var call = new Call(new OpenAIClientOptions(), CancellationToken.None, CancellationToken.None);
        return new SseStream<T>(Blocking.Run(() => OpenResponse.OpenAsync(response, call)), decoder);
    }

    /// <summary>A stream of given chunks, for tests. Each is written as an event and read again, so that it is an equal object, not the same.</summary>
    /// <inheritdoc cref="Read{T}(Stream)" path="/typeparam"/>
    /// <param name="chunks">The chunks.</param>
    /// <param name="isCut">Leaves out the end (<c>[DONE]</c>): unless the chunks say that the model has finished, reading ends with a <see cref="StreamEndedEarlyException"/>.</param>
    /// <exception cref="ArgumentException">No stream holds objects of type <typeparamref name="T"/>.</exception>
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
    /// Sends input for a response while it is being written; another thread may do that, too. It returns when the input is
    /// sent. What becomes of it comes as a <see cref="ResponseSteerEvent"/>, and the events of the successor, which takes the
    /// input into account, follow in the same stream.
    /// </summary>
    /// <param name="stream">The response's stream, over a WebSocket. Its first event must have been read.</param>
    /// <param name="input">What the user says: text, or a list of items, as for <see cref="ResponseRequest.Input"/>.</param>
    /// <param name="cancellationToken">Cancels the sending, and with it the response.</param>
    /// <exception cref="NotSupportedException">The response does not come over a WebSocket.</exception>
    /// <exception cref="InvalidOperationException">The response has not begun, or has ended.</exception>
    /// <exception cref="ApiConnectionException">The socket was closed meanwhile; nothing was sent.</exception>
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
