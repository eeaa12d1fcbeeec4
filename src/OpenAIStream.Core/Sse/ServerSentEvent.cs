using System.Text.Json;

namespace OpenAIStream;

/// <summary>One server-sent event, with the fields that the WHATWG HTML standard defines (section "Server-sent events").</summary>
/// <param name="Event">The name of the event; null if the stream has none (the standard's "message").</param>
/// <param name="Data">The data lines, joined by LF; bytes that are not UTF-8 have become U+FFFD.</param>
/// <param name="Id">The last event id at the time of the event; empty if it was reset, null if the stream has set none.</param>
/// <param name="Retry">The reconnection time in milliseconds that was sent with the event or since the previous one; otherwise null.</param>
public sealed record ServerSentEvent(string? Event, string Data, string? Id = null, long? Retry = null)
{
    /// <summary>Creates an event without a name and with empty data.</summary>
    public ServerSentEvent() : this(null, "")
    {
    }

    /// <summary>The data.</summary>
    public override string ToString() => Data;

    /// <summary>Reads the data as JSON.</summary>
    /// <exception cref="JsonException">The data is not JSON.</exception>
    public JsonElement Json()
    {
        using var document = JsonDocument.Parse(Data);
        return document.RootElement.Clone();
    }
}
