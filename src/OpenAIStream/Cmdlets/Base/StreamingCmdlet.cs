using System.Diagnostics;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// A cmdlet that asks an API which can stream. This is the one place where a stop meets a stream: the stream is owned by
/// the frame that writes, so that whatever unwinds the frame (Ctrl+C, <c>Select-Object -First</c>, a <c>throw</c> or
/// <c>break</c> downstream) closes the connection.
/// </summary>
/// <typeparam name="TRequest">What is asked.</typeparam>
/// <typeparam name="TWhole">The whole answer.</typeparam>
/// <typeparam name="TChunk">What one event of the stream brings.</typeparam>
public abstract class StreamingCmdlet<TRequest, TWhole, TChunk> : CheckpointCmdlet
    where TRequest : StreamingRequest
    where TWhole : ModelOutput
    where TChunk : StreamChunk
{
    private ThrottledAnswers? _throttled;

    /// <summary>Writes each chunk the moment it arrives, instead of the whole answer at its end.</summary>
    [Parameter]
    public virtual SwitchParameter Stream { get; set; }

    /// <summary>With -Stream: returns the open stream itself, to be read step by step (MoveNext, Current) or with foreach.</summary>
    [Parameter]
    public virtual SwitchParameter NoEnumerate { get; set; }

    /// <summary>How many prompts from the pipeline are answered at once. Each chunk says which it answers (Input, InputIndex).</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int ThrottleLimit { get; set; } = 1;

    /// <summary>Fields of the request that have no parameter here, by their names on the wire; they win over parameters.</summary>
    [Parameter]
    [DictionaryTransformation]
    public object? AdditionalBody { get; set; }

    private protected override int MostAtOnce => ThrottleLimit;

    // Text on the screen shows how far it is better than a bar, and a bar would flicker around it.
    private protected override bool ShowsItself => Stream && ShowOpenAIStreamCommand.IsInPipeline;

    private protected override IEnumerable<Contradiction> Contradictions() =>
    [
        new(NoEnumerate && !Stream, "-NoEnumerate returns the open stream, and only -Stream opens one. Add -Stream."),
        new(Checkpoint is not null && Stream, "-Checkpoint keeps whole answers, and -Stream returns parts of them. Remove -Stream; -ThrottleLimit requests several answers at once.", Checkpoint),
        new(NoEnumerate && ThrottleLimit > 1, "-NoEnumerate returns one open stream after another, and -ThrottleLimit reads several at once. Use one of them."),
    ];

    /// <summary>The request that the parameters describe.</summary>
    /// <exception cref="ArgumentException">They describe none.</exception>
    private protected abstract TRequest ToRequest(OpenAIConnection connection);

    /// <summary>What -Options adds to the request; null where there is none.</summary>
    private protected virtual RequestValues? Values => null;

    /// <summary>Opens the answer's stream.</summary>
    private protected abstract Task<SseStream<TChunk>> OpenAsync(OpenAIClient client, TRequest request, RequestOptions options, CancellationToken stop);

    /// <summary>Asks for the whole answer.</summary>
    private protected abstract Task<TWhole> AskAsync(OpenAIClient client, TRequest request, RequestOptions options, CancellationToken stop);

    /// <summary>The file that answers go into; null where they go to the pipeline.</summary>
    private protected virtual string? OutputPath => null;

    /// <summary>Why the files cannot be written that answers go into; null when they can. It is asked before a request is sent.</summary>
    private protected virtual ErrorRecord? FileFault() => null;

    /// <summary>Whether chunks come so seldom that a progress bar is shown between them.</summary>
    private protected virtual bool IsSlow => false;

    /// <summary>Whether a stream that breaks is reopened, which verbose text reports.</summary>
    private protected virtual bool MayReopen => false;

    /// <inheritdoc/>
    private protected override void Deliver(ModelOutput output) => this.WriteOutput(output, isWhole: !Stream);

    /// <summary>Joins the chunks of an answer that may lead to another request; null where none does.</summary>
    private protected virtual ChunkAccumulator? NewAccumulator() => null;

    /// <summary>The request that an answer leads to, if it does.</summary>
    /// <exception cref="ToolRoundLimitException">It would, and may not.</exception>
    /// <exception cref="ToolCallLimitException">It would run more tools at once than it may.</exception>
    private protected virtual TRequest? Next(TRequest request, TWhole answer) => null;

    /// <inheritdoc/>
    protected override void ProcessRecord() => AnswerInput();

    /// <inheritdoc/>
    private protected override void Answer()
    {
        if (!Try(Prepare, Input, out var prepared)
            || GiveKept<TWhole>(prepared.Request)
            || !MaySend(options => Stream ? OpenAsync(prepared.Client, prepared.Request, options, Stop) : AskAsync(prepared.Client, prepared.Request, options, Stop),
                prepared.Request.Model, OutputPath, Input))
        {
            return;
        }

        var (client, request) = prepared;
        if (FileFault() is ErrorRecord fault)
        {
            Report(fault);
            return;
        }

        if (ThrottleLimit > 1)
        {
            StartBesideOthers(client, request);
        }
        else if (Stream && NoEnumerate)
        {
            WriteOpenStream(client, request);
        }
        else
        {
            WriteAnswers(client, request);
        }
    }

    private protected override void Finish()
    {
        _throttled?.Finish();
        base.Finish();
    }

    /// <summary>The request, and the client to send it with.</summary>
    private protected (OpenAIClient Client, TRequest Request) Prepare()
    {
        var connection = Target;
        try
        {
            var request = ToRequest(connection);
            Values?.MergeInto(request);
            ((System.Collections.IDictionary?)AdditionalBody).MergeInto(request, nameof(AdditionalBody));
            RequireModel(request.Model);
            return (connection.Client, request);
        }
        catch (ArgumentException exception) // a value that has no form in JSON, or says nothing
        {
            ThrowTerminatingError(Annotate(Errors.BadArgument(exception.Message, Input)));
            throw;
        }
    }

    /// <summary>Answers a prompt while those before it are still being answered; what comes is written by the pipeline's thread.</summary>
    private void StartBesideOthers(OpenAIClient client, TRequest request)
    {
        var input = Current!;
        input.IsBesideOthers = true;
        Waiting ??= ShowsItself ? null : NewProgress(Activity, null);
        var throttled = _throttled ??= new ThrottledAnswers(Dispatcher, ThrottleLimit, Stop, Waiting);
        ShowPause(throttled.Pause);
        var source = NewSource(request, null);
        var options = throttled.Share(NewOptions());
        Action<Exception?> ended = failure => EndBesideOthers(input, failure);
        if (Stream)
        {
            throttled.Start(() => OpenAsync(client, request, options, Stop), source, Deliver, ended);
        }
        else
        {
            throttled.Start(async () => Keep(await AskAsync(client, request, options, Stop).ConfigureAwait(false), input, source), source, Deliver, ended);
        }
    }

    private StreamSource NewSource(TRequest request, StreamSource? previous)
    {
        var source = StreamSource.Of(request, previous, Current!.Value, Current.Index);
        source.IsOneOfSeveral = IsOneOfSeveral;
        return source;
    }

    /// <summary>Request after request as long as answers lead to more; with -Stream the chunks of all, else the last answer.</summary>
    private void WriteAnswers(OpenAIClient client, TRequest first)
    {
        StreamSource? source = null;
        TRequest? request = first;
        while (request is not null)
        {
            source = NewSource(request, source);
            var answer = Stream ? WriteChunks(client, request, source) : Ask(client, request, source);
            if (answer is null)
            {
                return;
            }

            try
            {
                request = Next(request, answer);
            }
            catch (ToolRoundLimitException exception)
            {
                Report(Errors.From(exception, Input));
                return;
            }
            catch (ToolCallLimitException exception)
            {
                Report(Errors.From(exception, Input));
                return;
            }

            if (request is null && !Stream)
            {
                Deliver(Keep(answer, Current!, source));
            }
        }
    }

    /// <summary>The whole answer; null when there was an error, which has been written.</summary>
    private TWhole? Ask(OpenAIClient client, TRequest request, StreamSource source)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var progress = NewProgress();
        if (!Try(() => Await((options, token) => AskAsync(client, request, options, token), stop, progress), Input, out var answer))
        {
            return null;
        }

        return source.MarkWhole(answer);
    }

    /// <summary>Writes an answer's chunks. Returns them joined when they came whole and the answer may lead to another request.</summary>
    private TWhole? WriteChunks(OpenAIClient client, TRequest request, StreamSource source)
    {
        var sinceStart = Stopwatch.StartNew();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var progress = IsSlow ? NewProgress() : null;
        if (!Try(() => Await((options, token) => OpenAsync(client, request, options, token), stop, progress), Input, out var opened))
        {
            return null;
        }

        using var stream = opened;

        // While most streams are read there is nothing to report: the thread waits for the next chunk itself.
        Func<bool> next = progress is null && !MayReopen ? stream.MoveNext : () => Await(stream, progress);
        var joined = NewAccumulator();
        bool isDebug = IsDebug();
        object? input = Input;
        Action<Exception> broken = source.Break;
        for (int count = 1; Try(next, input, out bool moved, broken) && moved; count++)
        {
            if (isDebug)
            {
                WriteDebug($"Event {count}: {stream.EventBytes} bytes, {stream.Current.GetType().Name}");
            }

            if (count == 1)
            {
                WriteVerbose($"First chunk after {sinceStart.ElapsedMilliseconds} ms");
            }

            var chunk = source.Mark(stream.Current);
            joined?.Add(chunk);
            Deliver(chunk);
        }

        if (isDebug)
        {
            WriteDebug($"The stream is {(stream.IsComplete ? "complete" : "not complete")} (finish reason {SafeText.OneLine(stream.FinishReason ?? "none")})");
        }

        source.End();
        return joined is { Count: > 0 } && stream.IsComplete ? source.Mark((TWhole)joined.ToWhole(), isNew: false) : null;
    }

    /// <summary>The stream outlives the cmdlet: once it is open, only its new owner ends it.</summary>
    private void WriteOpenStream(OpenAIClient client, TRequest request)
    {
        var stop = new CancellationTokenSource();
        bool isOpen;
        SseStream<TChunk> opened;
        using (Stop.Register(stop.Cancel))
        {
            isOpen = Try(() => Await((options, token) => OpenAsync(client, request, options, token), stop), Input, out opened);
        }

        if (!isOpen)
        {
            return;
        }

        try
        {
            WriteObject(new OpenStream<TChunk>(opened, Use.Again()), enumerateCollection: false);
        }
        catch (PipelineStoppedException)
        {
            // Ctrl+C: there is no new owner. Select-Object -First, which has taken the stream, looks the same from here.
            if (PipelineStop.IsPending())
            {
                opened.Dispose();
            }

            throw;
        }
    }
}
