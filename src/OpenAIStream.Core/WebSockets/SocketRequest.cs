using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>The body of a request to the Responses API, and the corresponding frame for a socket.</summary>
internal sealed class SocketRequest
{
    private readonly byte[] _body;
    private readonly List<(int Start, int End)> _members = []; // positions in the body

    private SocketRequest(byte[] body) => _body = body;

    /// <summary>Whether the response runs in the background, which a socket does not support.</summary>
    public bool IsBackground { get; private set; }

    /// <summary>Whether nothing should be generated, which only a socket supports.</summary>
    public bool IsWarmUp { get; private set; }

    /// <summary>The response that it continues from, if it specifies one.</summary>
    public string? ParentId { get; private set; }

    /// <summary>Reads a body; null if it is not a JSON object.</summary>
    public static SocketRequest? Read(byte[] body)
    {
        try
        {
            var request = new SocketRequest(body);
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                request.ReadMember(ref reader);
            }

            return request;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Returns the frame.</summary>
    /// <param name="lane">The lane for the answer; null for the default one.</param>
    public byte[] ToFrame(string? lane)
    {
        using var frame = new MemoryStream(_body.Length + 64);
        Write(frame, "{\"type\":\"response.create\"");
        if (lane is not null)
        {
            Write(frame, $",\"stream_id\":\"{lane}\"");
        }

        foreach (var (start, end) in _members)
        {
            frame.WriteByte((byte)',');
            frame.Write(_body, start, end - start);
        }

        frame.WriteByte((byte)'}');
        return frame.ToArray();
    }

    private void ReadMember(ref Utf8JsonReader reader)
    {
        int start = (int)reader.TokenStartIndex;
        bool isOfHttp = reader.ValueTextEquals("stream"u8) || reader.ValueTextEquals("type"u8) || reader.ValueTextEquals("stream_id"u8);
        bool isBackground = reader.ValueTextEquals("background"u8);
        bool isGenerate = reader.ValueTextEquals("generate"u8);
        bool isParent = reader.ValueTextEquals("previous_response_id"u8);
        reader.Read();
        IsBackground |= isBackground && reader.TokenType == JsonTokenType.True;
        IsWarmUp |= isGenerate && reader.TokenType == JsonTokenType.False;
        ParentId = isParent && reader.TokenType == JsonTokenType.String ? reader.GetString() : ParentId;
        reader.Skip();
        if (!isOfHttp)
        {
            _members.Add((start, (int)reader.BytesConsumed));
        }
    }

    private static void Write(MemoryStream frame, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        frame.Write(bytes, 0, bytes.Length);
    }
}
