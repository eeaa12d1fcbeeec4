using System.Text.Json;

namespace OpenAIStream;

/// <summary>One server-sent event, as the WHATWG HTML standard (section "Server-sent events") defines its fields.</summary>
/// <param name="Event">The event's name; null when the stream gave none (the standard's "message").</param>
/// <param name="Data">The data lines, joined by LF; bytes that are not UTF-8 have become U+FFFD.</param>
/// <param name="Id">The last event id in force when the event was dispatched; empty when it was reset, null when the stream has set none.</param>
/// <param name="Retry">The reconnection time in milliseconds that came with the event or since the one before, else null.</param>
public sealed record ServerSentEvent(string? Event, string Data, string? Id = null, long? Retry = null)
{
    /// <summary>An event with no name and empty data.</summary>
    public ServerSentEvent() : this(null, "")
    {
    }

    /// <summary>The data.</summary>
    public override string ToString() => Data;

    /// <summary>The data read as JSON.</summary>
    /// <exception cref="JsonException">The data is not JSON.</exception>
    public JsonElement Json()
    {
        using var document = JsonDocument.Parse(Data);
        return document.RootElement.Clone();
    }
}
