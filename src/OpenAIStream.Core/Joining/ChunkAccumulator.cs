namespace OpenAIStream;

/// <summary>
/// Joins the chunks of a stream into the object that the same call without streaming would have given. It may be asked for
/// its result at any time: a stream that broke gives what had come.
/// </summary>
public abstract class ChunkAccumulator
{
    private string _text = "";
    private int _textCount; // how many chunks had come when the text was read

    /// <summary>How many chunks have been joined.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// What a person would read of it so far. The text alone is put together, and only when a chunk has come since it was
    /// read last. To show text as it comes, take each chunk's own <see cref="ModelOutput.Text"/>.
    /// </summary>
    public string Text
    {
        get
        {
            if (_textCount != Count)
            {
                _text = ReadText();
                _textCount = Count;
            }

            return _text;
        }
    }

    /// <summary>The accumulator for streams that a chunk is of.</summary>
    public static ChunkAccumulator For(StreamChunk chunk) => chunk switch
    {
        ChatCompletionChunk => new ChatCompletionAccumulator(),
        Completion => new CompletionAccumulator(),
        ResponseEvent => new ResponseAccumulator(),
        TranscriptionEvent => new TranscriptionAccumulator(),
        ImageEvent => new ImageAccumulator(),
        SpeechEvent => new SpeechAccumulator(),
        AssistantEvent => new ThreadRunAccumulator(),
        null => throw new ArgumentNullException(nameof(chunk)),
        _ => throw new InvalidOperationException($"No accumulator joins chunks of type {chunk.GetType().Name}."),
    };

    /// <summary>Joins one more chunk.</summary>
    /// <exception cref="ArgumentException">The chunk is of another kind of stream.</exception>
    public void Add(StreamChunk chunk)
    {
        Guard.NotNull(chunk, nameof(chunk));
        Join(chunk);
        Count++;
    }

    /// <summary>The whole, as far as it has come.</summary>
    public abstract ModelOutput ToWhole();

    private protected abstract string ReadText();

    private protected abstract void Join(StreamChunk chunk);

    private protected static T Cast<T>(StreamChunk chunk) where T : StreamChunk =>
        chunk as T ?? throw new ArgumentException($"A {chunk.GetType().Name} cannot be joined with chunks of type {typeof(T).Name}.");
}
