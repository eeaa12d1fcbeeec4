namespace OpenAIStream;

/// <summary>
/// Joins the chunks of a stream into the object that the same call without streaming would have returned. You can get the
/// result at any time: for a broken stream, it is what had arrived.
/// </summary>
public abstract class ChunkAccumulator
{
    private string _text = "";
    private int _textCount; // the number of chunks when the text was read

    /// <summary>The number of joined chunks.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// The readable text so far. It is put together only when it is read after a new chunk. To show text as it arrives, use
    /// <see cref="ModelOutput.Text"/> of each chunk.
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

    /// <summary>Creates the accumulator for the kind of stream that a chunk belongs to.</summary>
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
    /// <exception cref="ArgumentException">The chunk belongs to another kind of stream.</exception>
    public void Add(StreamChunk chunk)
    {
        Guard.NotNull(chunk, nameof(chunk));
        Join(chunk);
        Count++;
    }

    /// <summary>The whole answer, as far as it has arrived.</summary>
    public abstract ModelOutput ToWhole();

    private protected abstract string ReadText();

    private protected abstract void Join(StreamChunk chunk);

    private protected static T Cast<T>(StreamChunk chunk) where T : StreamChunk =>
        chunk as T ?? throw new ArgumentException($"A {chunk.GetType().Name} cannot be joined with chunks of type {typeof(T).Name}.");
}
