using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>Events that are JSON objects, all of one type.</summary>
internal abstract class ModelDecoder<T>(JsonShape shape) : ChunkDecoder<T> where T : JsonModel
{
    private readonly JsonModelReader _reader = new();
    private T? _last;
    private JsonField[]? _withoutError; // the names of the last object that is no error

    /// <summary>How the stream stands, for an event that changes nothing.</summary>
    protected abstract StreamStanding Standing { get; }

    public override Decoded<T> Decode(in SseFrame frame)
    {
        bool isError = frame.EventName.SequenceEqual("error"u8);
        if (frame.Data.IsEmpty && !isError)
        {
            return new Decoded<T>(null, "", Standing); // a way to keep the connection open
        }

        object? value = Read(frame, isError);
        if (isError || IsErrorObject(value))
        {
            throw ApiError.From(value, Data(frame)).Without(Secrets).ToStreamException();
        }

        var chunk = value as T ?? throw Malformed(frame, "is JSON, but not an object");
        if (frame.IsWholeAnswer && !IsAnswer(chunk))
        {
            throw new ResponseFormatException("The answer is JSON, but neither what was asked for nor an error. Does the address lead to the API?");
        }

        _last = chunk;
        string text = Observe(chunk);
        return new Decoded<T>(chunk, text, Standing);
    }

    /// <summary>Looks at a chunk for signs that the model has finished. Returns what a person would read of it.</summary>
    protected abstract string Observe(T chunk);

    /// <summary>Whether JSON that came instead of a stream is what was asked for.</summary>
    protected virtual bool IsAnswer(T chunk) => true;

    private object? Read(in SseFrame frame, bool isError)
    {
        try
        {
            return frame.Data.IsEmpty ? null : _reader.Read(frame.Data, shape, _last);
        }
        catch (JsonException exception)
        {
            throw isError
                ? ApiError.Parse(Data(frame)).Without(Secrets).ToStreamException()
                : Malformed(frame, $"is not valid JSON (byte {exception.BytePositionInLine} of its data)");
        }
    }

    private bool IsErrorObject(object? value)
    {
        if (value is not JsonModel model || ReferenceEquals(model.Fields, _withoutError))
        {
            return false; // chunks that repeat each other share their names: not looked at again
        }

        if (ApiError.IsIn(model))
        {
            return true;
        }

        _withoutError = model.Contains("error") || model.Contains("type") ? null : model.Fields;
        return false;
    }

    private static string Data(in SseFrame frame) => Encoding.UTF8.GetString(frame.Data);

    // The payload is not in the message: it may be private, and messages end up in logs.
    private ResponseFormatException Malformed(in SseFrame frame, string how) =>
        new(frame.IsWholeAnswer ? $"The answer {how}." : FormattableString.Invariant($"Event {frame.Index} of the stream, at byte {frame.Offset}, {how}."))
        {
            EventIndex = frame.Index,
            ByteOffset = frame.Offset,
            Body = Secrets.Hide(Data(frame)),
        };
}
