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

    /// <summary>The chunk in an event.</summary>
    /// <exception cref="ApiException">The event is an error, or not what the API promises.</exception>
    public abstract T Decode(in SseFrame frame, SseParser parser);

    /// <summary>What a person has been given to read by the chunk.</summary>
    public abstract string TextOf(T chunk);
}

/// <summary>Events of JSON objects, all of one type.</summary>
internal class ModelDecoder<T>(JsonShape shape) : ChunkDecoder<T> where T : JsonModel
{
    private readonly JsonModelReader _reader = new();
    private T? _previous;
    private JsonField[]? _withoutError; // the names of the last object that is no error

    public override T Decode(in SseFrame frame, SseParser parser)
    {
        object? value;
        try
        {
            value = _reader.Read(frame.Data, shape, _previous);
        }
        catch (JsonException exception)
        {
            throw IsError(frame)
                ? ApiError.Parse(Encoding.UTF8.GetString(frame.Data)).ToStreamException()
                : Malformed(frame, $"is not valid JSON (byte {exception.BytePositionInLine} of its data)");
        }

        if (IsError(frame) || HasError(value))
        {
            throw ApiError.From(value, Encoding.UTF8.GetString(frame.Data)).ToStreamException();
        }

        var chunk = value as T ?? throw Malformed(frame, "is JSON, but not an object");
        _previous = chunk;
        Observe(chunk);
        return chunk;
    }

    public override string TextOf(T chunk) => chunk is StreamChunk readable ? readable.Text : "";

    /// <summary>Looks at a chunk for signs that the model has finished.</summary>
    protected virtual void Observe(T chunk)
    {
    }

    private static bool IsError(in SseFrame frame) => frame.EventName.SequenceEqual("error"u8);

    private bool HasError(object? value)
    {
        if (value is not JsonModel model || ReferenceEquals(model.Fields, _withoutError))
        {
            return false; // chunks that repeat each other share their names: not looked at again
        }

        if (model.Find("error") is not (null or false or "") || model.Find("type") is "error")
        {
            return true;
        }

        _withoutError = model.Contains("error") || model.Contains("type") ? null : model.Fields;
        return false;
    }

    // The payload is not in the message: it may be private, and messages end in logs.
    private static ResponseFormatException Malformed(in SseFrame frame, string how) =>
        new(FormattableString.Invariant($"Event {frame.Index} of the stream, at byte {frame.Offset}, {how}."))
        {
            EventIndex = frame.Index,
            ByteOffset = frame.Offset,
            Body = Encoding.UTF8.GetString(frame.Data),
        };
}

/// <summary>Events of choices: the model has finished when each choice seen has its finish reason.</summary>
internal sealed class ChoiceDecoder<T>(JsonShape shape) : ModelDecoder<T>(shape) where T : ChoiceChunk
{
    private readonly HashSet<int> _unfinished = [];

    public override bool IsFinished => base.IsFinished && _unfinished.Count == 0;

    public override string TextOf(T chunk)
    {
        var choices = chunk.AnyChoices;
        return choices.Count > 0 && choices[0].Index == 0 ? choices[0].Text : "";
    }

    protected override void Observe(T chunk)
    {
        // By index: an enumerator over an interface costs 32 bytes a chunk.
        var choices = chunk.AnyChoices;
        for (int i = 0; i < choices.Count; i++)
        {
            var choice = choices[i];
            if (choice.FinishReason is string reason)
            {
                FinishReason = reason;
                _unfinished.Remove(choice.Index);
            }
            else if (FinishReason is null || choice.Text.Length > 0)
            {
                _unfinished.Add(choice.Index);
            }
        }
    }
}
