using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>Turns events into chunks, and knows what is an error and when the model has finished.</summary>
/// <typeparam name="T">The chunk.</typeparam>
internal abstract class ChunkDecoder<T> where T : class
{
    /// <summary>Why the model stopped, as far as it has.</summary>
    public string? FinishReason { get; protected set; }

    /// <summary>Whether what has come is a whole answer, so that the stream may end without <c>[DONE]</c>.</summary>
    public virtual bool IsFinished => FinishReason is not null;

    /// <summary>Whether the last event was one after which nothing need come, so that the stream's end is not waited for.</summary>
    public virtual bool IsOver => false;

    /// <summary>Where in a response that can be resumed the last event was.</summary>
    public virtual (string? ResponseId, long? SequenceNumber) Position => default;

    /// <summary>What errors must not show.</summary>
    public Secrets Secrets { get; set; } = new();

    /// <summary>The chunk in an event; null when the event says nothing.</summary>
    /// <exception cref="ApiException">The event is an error, or not what the API promises.</exception>
    public abstract T? Decode(in SseFrame frame, SseParser parser);

    /// <summary>Whether JSON that came instead of a stream is what was asked for.</summary>
    public virtual bool IsAnswer(T chunk) => true;

    /// <summary>Learns from the request how many answers there will be.</summary>
    public virtual void Expect(JsonModel request)
    {
    }

    /// <summary>What a person has been given to read by the last chunk.</summary>
    public abstract string Text { get; }
}

/// <summary>Events of JSON objects, all of one type.</summary>
internal class ModelDecoder<T>(JsonShape shape) : ChunkDecoder<T> where T : JsonModel
{
    private readonly JsonModelReader _reader = new();
    private JsonField[]? _withoutError; // the names of the last object that is no error

    public override T? Decode(in SseFrame frame, SseParser parser)
    {
        if (frame.Data.IsEmpty && !IsError(frame))
        {
            return null; // a way to keep the connection open
        }

        object? value;
        try
        {
            value = frame.Data.IsEmpty ? null : _reader.Read(frame.Data, shape, Last);
        }
        catch (JsonException exception)
        {
            throw IsError(frame)
                ? ApiError.Parse(Data(frame)).Without(Secrets).ToStreamException()
                : Malformed(frame, $"is not valid JSON (byte {exception.BytePositionInLine} of its data)");
        }

        if (IsError(frame) || IsErrorObject(value))
        {
            throw ApiError.From(value, Data(frame)).Without(Secrets).ToStreamException();
        }

        var chunk = value as T ?? throw Malformed(frame, "is JSON, but not an object");
        Last = chunk;
        Observe(chunk);
        return chunk;
    }

    public override string Text => Last is StreamChunk readable ? readable.Text : "";

    /// <summary>The last chunk.</summary>
    protected T? Last { get; private set; }

    /// <summary>Looks at a chunk for signs that the model has finished.</summary>
    protected virtual void Observe(T chunk)
    {
    }

    private static bool IsError(in SseFrame frame) => frame.EventName.SequenceEqual("error"u8);

    internal static bool HasError(object? value) => value is JsonModel model
        && (model.Find("error") is not (null or false or "") || model.Find("type") is "error" or "response.failed" or "response.incomplete");

    private bool IsErrorObject(object? value)
    {
        if (value is not JsonModel model || ReferenceEquals(model.Fields, _withoutError))
        {
            return false; // chunks that repeat each other share their names: not looked at again
        }

        if (HasError(model))
        {
            return true;
        }

        _withoutError = model.Contains("error") || model.Contains("type") ? null : model.Fields;
        return false;
    }

    private static string Data(in SseFrame frame) => Encoding.UTF8.GetString(frame.Data);

    // The payload is not in the message: it may be private, and messages end in logs.
    private ResponseFormatException Malformed(in SseFrame frame, string how) =>
        new(FormattableString.Invariant($"Event {frame.Index} of the stream, at byte {frame.Offset}, {how}."))
        {
            EventIndex = frame.Index,
            ByteOffset = frame.Offset,
            Body = Secrets.Hide(Data(frame)),
        };
}

/// <summary>Events of choices: the model has finished when each choice seen has its finish reason.</summary>
internal sealed class ChoiceDecoder<T>(JsonShape shape) : ModelDecoder<T>(shape) where T : ChoiceChunk
{
    private readonly HashSet<int> _unfinished = [];
    private readonly HashSet<int> _finished = [];
    private Choice[] _choices = []; // the last chunk's: looked up once
    private int? _lastUnfinished;
    private long _expected = 1;

    public override bool IsFinished => _unfinished.Count == 0 && _finished.Count >= _expected;

    public override string Text => _choices.Length > 0 && _choices[0].Index == 0 ? _choices[0].Text : "";

    public override bool IsAnswer(T chunk) => chunk.Contains("choices");

    public override void Expect(JsonModel request)
    {
        // One answer for each of n, and for each prompt; a list of numbers is one prompt in tokens.
        long prompts = request.Find("prompt") is object?[] { Length: > 0 } list && list[0] is not long ? list.Length : 1;
        _expected = prompts * Math.Max(1, request.Find("n") as long? ?? 1);
    }

    protected override void Observe(T chunk)
    {
        _choices = chunk.AnyChoices;
        foreach (var choice in _choices)
        {
            if (choice.FinishReason is string reason)
            {
                FinishReason = reason;
                _finished.Add(choice.Index);
                _unfinished.Remove(choice.Index);
                _lastUnfinished = null;
            }
            else if (choice.Index is int index && index != _lastUnfinished && !_finished.Contains(index))
            {
                _unfinished.Add(index);
                _lastUnfinished = index; // nearly always the next one's too, which then need not be looked up
            }
        }
    }
}
