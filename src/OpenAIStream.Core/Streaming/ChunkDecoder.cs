using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>How a stream stands after an event.</summary>
internal enum StreamStanding
{
    /// <summary>More has to come: an end now would cut the answer.</summary>
    Unfinished,

    /// <summary>The model has finished: the body may end, with or without <c>[DONE]</c>.</summary>
    Finished,

    /// <summary>That was the last event: the end of the body is not waited for.</summary>
    Over,
}

/// <summary>What an event said.</summary>
/// <param name="Chunk">The chunk in it; null when it says nothing, such as one that only keeps the connection open.</param>
/// <param name="Text">What a person would read of it.</param>
/// <param name="Standing">How the stream stands now.</param>
internal readonly record struct Decoded<T>(T? Chunk, string Text, StreamStanding Standing) where T : class;

/// <summary>Turns events into chunks, and knows what is an error and when the model has finished.</summary>
/// <typeparam name="T">The chunk.</typeparam>
internal abstract class ChunkDecoder<T> where T : class
{
    /// <summary>How a stream stands before its first event.</summary>
    public virtual StreamStanding Beginning => StreamStanding.Unfinished;

    /// <summary>Why the model stopped, as far as it has.</summary>
    public string? FinishReason { get; protected set; }

    /// <summary>Where in a response that can be resumed the last event was.</summary>
    public virtual (string? ResponseId, long? SequenceNumber) Position => default;

    /// <summary>What errors must not show.</summary>
    public Secrets Secrets { get; set; } = new();

    /// <exception cref="ApiException">The event is an error, or not what the API promises.</exception>
    public abstract Decoded<T> Decode(in SseFrame frame);

    /// <summary>Learns from the request how many answers there will be.</summary>
    public virtual void Expect(JsonModel request)
    {
    }
}

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

/// <summary>Events of choices: the model has finished when each choice seen has its finish reason.</summary>
internal sealed class ChoiceDecoder<T>(JsonShape shape) : ModelDecoder<T>(shape) where T : ChoiceChunk
{
    private readonly HashSet<int> _unfinished = [];
    private readonly HashSet<int> _finished = [];
    private int? _lastUnfinished;
    private long _expected = 1;

    public override void Expect(JsonModel request)
    {
        // One answer for each of n, and for each prompt; a list of numbers is one prompt in tokens.
        long prompts = request.Find("prompt") is object?[] { Length: > 0 } list && list[0] is not long ? list.Length : 1;
        _expected = prompts * Math.Max(1, request.Find("n") as long? ?? 1);
    }

    protected override StreamStanding Standing =>
        _unfinished.Count == 0 && _finished.Count >= _expected ? StreamStanding.Finished : StreamStanding.Unfinished;

    protected override bool IsAnswer(T chunk) => chunk.Contains("choices");

    protected override string Observe(T chunk)
    {
        var choices = chunk.AnyChoices; // looked up once, for its end and for its text
        foreach (var choice in choices)
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

        return choices.Length > 0 && choices[0].Index == 0 ? choices[0].Text : "";
    }
}
