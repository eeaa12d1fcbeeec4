using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>Events that are JSON objects of one type.</summary>
internal abstract class ModelDecoder<T>(JsonShape shape) : ChunkDecoder<T> where T : JsonModel
{
    private readonly JsonModelReader _reader = new();

    // The names of the last object without an error, and what it claims to be: chunks repeat both.
    private JsonFields? _harmlessFields;
    private HarmlessValue _harmlessObject;
    private HarmlessValue _harmlessType;

    public override Action? Check
    {
        get => _reader.Check;
        set => _reader.Check = value;
    }

    /// <summary>The state of the stream, for an event that does not change it.</summary>
    protected abstract StreamStanding Standing { get; }

    /// <summary>The choice of the last chunk that is an error; null if there is none.</summary>
    protected Choice? Failed { get; set; }

    public override Decoded<T> Decode(in SseFrame frame)
    {
        bool isError = !frame.EventName.IsEmpty && ApiError.IsErrorName(frame.EventName);
        if (frame.IsOdd)
        {
            return frame.IsMedia ? DecodeMedia(frame.Data) : DecodeStray(frame, isError);
        }

        bool isNamed = !frame.EventName.IsEmpty && !isError;
        if (isError ? false : frame.Data.IsEmpty || (isNamed && BodyKind.FirstCharacter(frame.Data) is not ('{' or '[')))
        {
            return new Decoded<T>(null, "", Standing); // keeps the connection open, or belongs to an unknown API
        }

        object? value = Read(frame, isError);
        if (isError || IsError(value))
        {
            throw ApiError.From(value, Data(frame)).Without(Secrets).ToStreamException();
        }

        if (value is not T chunk)
        {
            return isNamed ? new Decoded<T>(null, "", Standing) : throw Malformed(frame, "is JSON, but not an object");
        }

        if (frame.IsWholeAnswer && !IsAnswer(chunk))
        {
            throw new ResponseFormatException(WholeAnswer.Neither);
        }

        string text = Observe(chunk);
        if (Failed is not null)
        {
            TextOfError = text;
            throw ApiError.In(Failed, Data(frame)).Without(Secrets).ToStreamException();
        }

        return new Decoded<T>(chunk, text, Standing);
    }

    /// <summary>Checks a chunk for signs that the model has finished. Returns its readable text.</summary>
    protected abstract string Observe(T chunk);

    /// <summary>Whether an object is what was requested, or a part of it.</summary>
    protected virtual bool IsAnswer(T chunk) => true;

    /// <summary>Creates a chunk from a whole answer that is not JSON.</summary>
    protected virtual Decoded<T> DecodeMedia(ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

    /// <summary>Content outside any event counts if it is an error, and is skipped otherwise.</summary>
    private Decoded<T> DecodeStray(in SseFrame frame, bool isError)
    {
        string data = Data(frame);
        object? value;
        try
        {
            value = JsonTokenReader.ParseFirst(data, shape);
        }
        catch (JsonException)
        {
            value = isError ? data : null;
        }

        return (isError && value is not (null or false or "")) || IsErrorObject(value)
            ? throw ApiError.From(value, data).Without(Secrets).ToStreamException()
            : new Decoded<T>(null, "", Standing);
    }

    private object? Read(in SseFrame frame, bool isError)
    {
        try
        {
            return frame.Data.IsEmpty ? null : _reader.Read(frame.Data, shape, null, frame.Own);
        }
        catch (JsonException exception)
        {
            throw isError
                ? ApiError.Parse(Data(frame)).Without(Secrets).ToStreamException()
                : Malformed(frame, $"is not valid JSON (byte {exception.BytePositionInLine} of its data)");
        }
    }

    private bool IsError(object? value)
    {
        if (value is not JsonModel model)
        {
            return IsErrorObject(value);
        }

        if (ReferenceEquals(model.Fields, _harmlessFields) && _harmlessObject.IsIn(model) && _harmlessType.IsIn(model))
        {
            return false; // chunks that repeat each other share their names: not examined again
        }

        if (IsErrorObject(model))
        {
            return true;
        }

        _harmlessFields = ApiError.CanTell(model.Fields) ? null : model.Fields;
        _harmlessObject = HarmlessValue.Of(model, "object");
        _harmlessType = HarmlessValue.Of(model, "type");
        return false;
    }

    private bool IsErrorObject(object? value) => value switch
    {
        T chunk => ApiError.IsIn(chunk) || (!IsAnswer(chunk) && ApiError.IsFlat(chunk)),
        JsonModel model => ApiError.IsIn(model),
        object?[] items => items.OfType<JsonModel>().Any(ApiError.IsIn),
        _ => false,
    };

    private static string Data(in SseFrame frame) => Encoding.UTF8.GetString(frame.Data);

    // The message does not contain the payload, because it may be private, and messages are logged.
    private ResponseFormatException Malformed(in SseFrame frame, string how) =>
        new(frame.IsWholeAnswer ? $"The response {how}." : FormattableString.Invariant($"Event {frame.Index} of the stream, at byte {frame.Offset}, {how}."))
        {
            EventIndex = frame.Index,
            ByteOffset = frame.Offset,
            Body = Secrets.Hide(Data(frame)),
        };

    /// <summary>What a field of an object that is no error holds, and where the field stands; -1 where there is none.</summary>
    private readonly record struct HarmlessValue(int At, object? Value)
    {
        public static HarmlessValue Of(JsonModel model, string name)
        {
            int at = model.Fields.IndexOf(name);
            return new(at, at < 0 ? null : model.ValueAt(at));
        }

        public bool IsIn(JsonModel model) => At < 0 || ReferenceEquals(model.ValueAt(At), Value);
    }
}
