using System.Diagnostics;

namespace OpenAIStream;

/// <summary>The request that chunks are the answer to: one object for all of them, which each carries as its tag.</summary>
/// <param name="messages">The messages that were sent; empty for an API that takes none.</param>
/// <param name="previous">The request before, when this one answers its tool calls.</param>
/// <param name="input">What the cmdlet was given.</param>
/// <param name="index">Which of the inputs that was, from 0.</param>
internal sealed class StreamSource(IReadOnlyList<ChatMessage> messages, StreamSource? previous, object? input, int index)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _first;
    private TimeSpan _last;
    private int _count;

    public IReadOnlyList<ChatMessage> Messages { get; } = messages;

    public StreamSource? Previous { get; } = previous;

    /// <summary>The JSON schema that was asked for; null where none was.</summary>
    public JsonMap? Schema { get; private set; }

    public object? Input { get; } = input;

    public int Index { get; } = index;

    /// <summary>Whether no more chunks come.</summary>
    public bool IsOver { get; set; }

    public StreamTiming? Timing => _count == 0 ? null : new StreamTiming(_first, _last, _count);

    public static StreamSource Of(StreamingRequest request, StreamSource? previous, object? input, int index) =>
        new((request as ChatCompletionRequest)?.Messages ?? [], previous, input, index) { Schema = AskedSchema.Of(request) };

    /// <summary>The request that an answer, or a part of it, answers; null where that is not known.</summary>
    public static StreamSource? Of(ModelOutput output) => output.GetTag() as StreamSource;

    /// <summary>Says of an answer, or a part of it, what it answers.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="isNew">Whether it has come now; else it was put together from what had.</param>
    public T Mark<T>(T answer, bool isNew = true) where T : ModelOutput
    {
        answer.SetTag(this);
        if (isNew)
        {
            Note();
        }

        return answer;
    }

    private void Note()
    {
        _last = _clock.Elapsed;
        if (_count++ == 0)
        {
            _first = _last;
        }
    }
}
