using System.Diagnostics;

namespace OpenAIStream;

/// <summary>The request that chunks answer: one object for all of them, which each carries as its tag.</summary>
/// <param name="messages">The messages that were sent; empty for an API without messages.</param>
/// <param name="previous">The previous request, if this one answers its tool calls.</param>
/// <param name="input">The value that was passed to the cmdlet.</param>
/// <param name="index">The index of the input, starting at 0.</param>
internal sealed class StreamSource(IReadOnlyList<ChatMessage> messages, StreamSource? previous, object? input, int index)
{
    private static readonly string[] OfContext = ["input", "previous_response_id", "conversation", "store"];

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private object? _firstOutput;
    private string? _id;
    private StreamTiming? _timing; // of a request that was read from a file or another process
    private TimeSpan _first;
    private TimeSpan _last;
    private int _count;

    /// <summary>Creates a request that was made elsewhere, or earlier.</summary>
    public StreamSource(string id) : this([], null, null, 0) => _id = id;

    /// <summary>Identifies this request in files and other processes, where objects cannot.</summary>
    public string Id => _id ?? Interlocked.CompareExchange(ref _id, Guid.NewGuid().ToString("N"), null) ?? _id;

    public IReadOnlyList<ChatMessage> Messages { get; private set; } = messages;

    /// <summary>The requested JSON schema; null if there was none.</summary>
    public JsonMap? Schema { get; private set; }

    /// <summary>What the history of a response consists of besides its output; null for other answers.</summary>
    public JsonMap? Context { get; private set; }

    /// <summary>The whole conversation that a response answers, where its request sent the id of another in place of a part; null where that is not known.</summary>
    public IReadOnlyList<object?>? WholeInput { get; private init; }

    /// <summary>The model of the request; null if unknown.</summary>
    public string? Model { get; private init; }

    /// <summary>What the connection that was asked knows about using its service; null for a request that was made elsewhere.</summary>
    public UsageTerms? Terms { get; init; }

    public StreamSource? Previous { get; set; } = previous;

    public object? Input { get; set; } = input;

    public int Index { get; set; } = index;

    /// <summary>Whether the cmdlet continues with other inputs if this one fails.</summary>
    public bool IsOneOfSeveral { get; set; }

    /// <summary>Whether no more chunks will arrive.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether the answer arrived in one piece, and not as a stream.</summary>
    public bool IsOnePiece { get; private set; }

    /// <summary>Why the stream broke; null if it did not, or not yet.</summary>
    public string? Failure { get; private set; }

    /// <summary>Whether the answer is known to be complete.</summary>
    public bool IsComplete => IsOver && Failure is null;

    /// <summary>No more chunks will arrive.</summary>
    /// <param name="failure">Why the stream broke; null if it ended regularly.</param>
    public void End(string? failure = null)
    {
        Failure ??= failure;
        IsOver = true;
    }

    /// <summary>The stream broke.</summary>
    public void Break(Exception failure) => End(failure.Message);

    public StreamTiming? Timing
    {
        get => _count == 0 ? _timing : new StreamTiming(_first, _last, _count);
        set => _timing = value;
    }

    /// <summary>Whether the output is the first one that arrived.</summary>
    public bool IsFirst(ModelOutput output) => ReferenceEquals(output, _firstOutput);

    /// <summary>Takes what the first output of a request that was made elsewhere contains.</summary>
    public void SetFirst(ModelOutput output, IReadOnlyList<ChatMessage> messages, JsonMap? schema, JsonMap? context)
    {
        _firstOutput = output;
        Messages = messages;
        Schema = schema;
        Context = context;
    }

    /// <summary>Adds the messages after the first request: tool calls, and their results.</summary>
    public void Add(IEnumerable<ChatMessage> messages) => Messages = [.. Messages, .. messages];

    public static StreamSource Of(StreamingRequest request, StreamSource? previous, object? input, int index, UsageTerms? terms = null) =>
        new((request as ChatCompletionRequest)?.Messages ?? [], previous, input, index)
        {
            Schema = AskedSchema.Of(request),
            Context = ContextOf(request),
            WholeInput = (request as ResponseRequest)?.WholeInput,
            Model = request.Model,
            Terms = terms,
        };

    /// <summary>The request of an answer, or of a part of one; null if unknown.</summary>
    public static StreamSource? Of(ModelOutput output) => output.GetTag() as StreamSource;

    /// <summary>Marks an answer, or a part of one, with its request.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="isNew">Whether it has just arrived; otherwise it was joined from what had arrived.</param>
    public T Mark<T>(T answer, bool isNew = true) where T : ModelOutput
    {
        answer.SetTag(this);
        if (isNew)
        {
            _firstOutput ??= answer;
            Note();
        }

        return answer;
    }

    /// <summary>Marks an answer that arrived in one piece with its request.</summary>
    public T MarkWhole<T>(T answer) where T : ModelOutput
    {
        IsOnePiece = true;
        End();
        return Mark(answer);
    }

    private static JsonMap? ContextOf(StreamingRequest request)
    {
        if (request is not ResponseRequest)
        {
            return null;
        }

        var context = new JsonMap();
        foreach (string field in OfContext.Where(request.Contains))
        {
            context[field] = request[field];
        }

        return context;
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
