using System.Text.Json;

namespace OpenAIStream;

/// <summary>What a frame of the server's is, as far as that has to be known to hand it on: one look at its first fields.</summary>
internal readonly ref struct SocketFrame
{
    private static readonly string[] Types =
    [
        "error", "response.created", "response.completed", "response.done", "response.incomplete", "response.cancelled", "response.failed",
        "response.steer.pending", "response.steer.failed",
    ];

    private SocketFrame(string? type, string? lane, string? responseId)
    {
        Type = type;
        Lane = lane;
        ResponseId = responseId;
    }

    /// <summary>Its type, where that says more than that it is an event of a response.</summary>
    public string? Type { get; }

    /// <summary>The lane that it is of; null for the default one.</summary>
    public string? Lane { get; }

    /// <summary>The response that it is the last event of.</summary>
    public string? ResponseId { get; }

    /// <summary>Whether it is an error, of a request or of the connection.</summary>
    public bool IsError => Type == "error";

    /// <summary>Whether it is a response's last.</summary>
    public bool IsEnd => IsError || ResponseEnd.Status(Type) is not null;

    /// <param name="frame">The frame's bytes, which need not be JSON.</param>
    /// <param name="hasLanes">Whether it may be of a lane; one that cannot is known by its type.</param>
    public static SocketFrame Read(ReadOnlySpan<byte> frame, bool hasLanes)
    {
        string? type = null;
        string? lane = null;
        string? responseId = null;
        bool isTyped = false;
        try
        {
            var reader = new Utf8JsonReader(frame);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return default;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("type"u8))
                {
                    reader.Read();
                    type = TypeOf(ref reader);
                    isTyped = true;
                }
                else if (hasLanes && reader.ValueTextEquals("stream_id"u8))
                {
                    reader.Read();
                    lane = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                }
                else if (reader.ValueTextEquals("response"u8))
                {
                    reader.Read();
                    responseId = IdIn(ref reader);
                }
                else
                {
                    reader.Skip();
                }

                if (isTyped && type is null && !(hasLanes && lane is null))
                {
                    break; // an event like most: nothing more has to be known of it
                }
            }
        }
        catch (JsonException)
        {
            // Whoever reads it as an event says so.
        }

        return new SocketFrame(type, lane, responseId);
    }

    private static string? TypeOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            foreach (string type in Types)
            {
                if (reader.ValueTextEquals(type))
                {
                    return type;
                }
            }
        }

        return null;
    }

    /// <summary>The field <c>id</c> of an object.</summary>
    private static string? IdIn(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        string? id = null;
        int depth = reader.CurrentDepth;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isId = reader.ValueTextEquals("id"u8);
            reader.Read();
            id = isId && reader.TokenType == JsonTokenType.String ? reader.GetString() : id;
            reader.Skip();
        }

        return id;
    }
}
