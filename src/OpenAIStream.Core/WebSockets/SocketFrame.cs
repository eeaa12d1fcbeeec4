using System.Text.Json;

namespace OpenAIStream;

/// <summary>What is needed to pass on a frame from the server, read from its first fields in one pass.</summary>
internal readonly ref struct SocketFrame
{
    private SocketFrame(string? type, string? lane, string? responseId)
    {
        Type = type;
        Lane = lane;
        ResponseId = responseId;
    }

    private static ReadOnlySpan<byte> TypeFirst => "{\"type\":\""u8;

    /// <summary>Its type, if passing the frame on depends on it; otherwise null.</summary>
    public string? Type { get; }

    /// <summary>Its lane; null for the default one.</summary>
    public string? Lane { get; }

    /// <summary>The ID of the response that it starts or ends.</summary>
    public string? ResponseId { get; }

    /// <summary>Whether it is an error, of a request or of the connection.</summary>
    public bool IsError => Type == "error";

    /// <summary>Whether it is the last one of a response.</summary>
    public bool IsEnd => IsError || ResponseEnd.Status(Type) is not null;

    /// <param name="frame">The bytes of the frame, which need not be JSON.</param>
    /// <param name="hasLanes">Whether it may belong to a lane; if not, its type is enough.</param>
    public static SocketFrame Read(ReadOnlySpan<byte> frame, bool hasLanes)
    {
        if (!hasLanes && frame.StartsWith(TypeFirst) && TypeOf(frame.Slice(TypeFirst.Length)) is null)
        {
            return default; // the usual case: an ordinary event, passed on as it is
        }

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
                    type = reader.TokenType == JsonTokenType.String ? TypeOf(frame.Slice((int)reader.TokenStartIndex + 1)) : null;
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
                    break; // an ordinary event
                }
            }
        }
        catch (JsonException)
        {
            // The reader of the event reports this.
        }

        return new SocketFrame(type, lane, responseId);
    }

    /// <summary>The type that starts after its opening quote; null if passing the frame on does not depend on it.</summary>
    private static string? TypeOf(ReadOnlySpan<byte> text)
    {
        var type = text.Slice(0, Math.Max(0, text.IndexOf((byte)'"'))); // none of these names contains anything to escape
        return type.SequenceEqual("response.output_text.delta"u8) ? null // the usual case
            : type.SequenceEqual("error"u8) ? "error"
            : type.SequenceEqual("response.created"u8) ? "response.created"
            : type.SequenceEqual("response.completed"u8) ? "response.completed"
            : type.SequenceEqual("response.done"u8) ? "response.done"
            : type.SequenceEqual("response.incomplete"u8) ? "response.incomplete"
            : type.SequenceEqual("response.cancelled"u8) ? "response.cancelled"
            : type.SequenceEqual("response.failed"u8) ? "response.failed"
            : type.SequenceEqual("response.steer.pending"u8) ? "response.steer.pending"
            : type.SequenceEqual("response.steer.failed"u8) ? "response.steer.failed"
            : null;
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
