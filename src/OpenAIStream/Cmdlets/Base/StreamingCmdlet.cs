using System.Diagnostics;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// A cmdlet for an API that can stream. This is the only place where a stop meets a stream: the stack frame that writes
/// owns the stream, so whatever unwinds the frame (Ctrl+C, <c>Select-Object -First</c>, a <c>throw</c> or <c>break</c>
/// further down the pipeline) closes the connection.
/// </summary>
/// <typeparam name="TRequest">The type of the request.</typeparam>
/// <typeparam name="TWhole">The type of the whole answer.</typeparam>
/// <typeparam name="TChunk">The type of the chunks.</typeparam>
public abstract class StreamingCmdlet<TRequest, TWhole, TChunk> : CheckpointCmdlet
    where TRequest : StreamingRequest
    where TWhole : ModelOutput
    where TChunk : StreamChunk
{
    private ThrottledAnswers? _throttled;

    /// <summary>Writes each chunk as soon as it arrives, instead of the whole answer at the end.</summary>
    [Parameter]
    public virtual SwitchParameter Stream { get; set; }

    /// <summary>With -Stream: writes the open stream itself, to be read step by step (MoveNext, Current) or with foreach.</summary>
    [Parameter]
    public virtual SwitchParameter NoEnumerate { get; set; }

    /// <summary>The number of prompts from the pipeline that are processed at once. Each chunk carries its prompt (Input, InputIndex).</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int ThrottleLimit { get; set; } = 1;

    /// <summary>Fields of the request for which there is no parameter, by the names that the service uses; they override parameters.</summary>
    [Parameter]
    [DictionaryTransformation]
    public object? AdditionalBody { get; set; }

    private protected override int MostAtOnce => ThrottleLimit;

    // Text on the screen shows the progress better than a bar, and a bar would flicker around it. It is shown only while no text arrives.
    private protected override bool ShowsItself => Stream && ShowOpenAIStreamCommand.IsInPipeline;

    private protected override IEnumerable<Contradiction> Contradictions() =>
    [
        .. base.Contradictions(),
        new(NoEnumerate && !Stream, "-NoEnumerate returns the open stream, and only -Stream opens one. Add -Stream."),
        new(Checkpoint is not null && Stream, "-Checkpoint keeps whole answers, and -Stream returns parts of them. Remove -Stream; -ThrottleLimit requests several answers at once.", Checkpoint),
        new(NoEnumerate && ThrottleLimit > 1, "-NoEnumerate returns one open stream after another, and -ThrottleLimit reads several at once. Use one of them."),
    ];

    /// <summary>The request that the parameters describe.</summary>
    /// <exception cref="ArgumentException">They do not describe a valid request.</exception>
    private protected abstract TRequest ToRequest(OpenAIConnection connection);

    /// <summary>The values that -Options adds to the request; null if there are none.</summary>
    private protected virtual RequestValues? Values => null;

    /// <summary>Opens the stream of the answer.</summary>
    private protected abstract Task<SseStream<TChunk>> OpenAsync(OpenAIClient client, TRequest request, RequestOptions options, CancellationToken stop);

    /// <summary>Requests the whole answer.</summary>
    private protected abstract Task<TWhole> AskAsync(OpenAIClient client, TRequest request, RequestOptions options, CancellationToken stop);

    /// <summary>The file to which answers are written; null if they are written to the pipeline.</summary>
    private protected virtual string? OutputPath => null;

    /// <summary>Why the output files cannot be written; null if they can. Checked before a request is sent.</summary>
    private protected virtual ErrorRecord? FileFault() => null;

    /// <summary>Whether chunks arrive so slowly that a progress bar is shown between them.</summary>
    private protected virtual bool IsSlow => false;

    /// <summary>Whether a broken stream is reopened, which verbose messages report.</summary>
    private protected virtual bool MayReopen => false;

    /// <inheritdoc/>
    private protected override void Deliver(ModelOutput output) => this.WriteOutput(output, isWhole: !Stream);

    /// <summary>Joins the chunks of an answer that may lead to another request; null if none does.</summary>
    private protected virtual ChunkAccumulator? NewAccumulator() => null;

    /// <summary>The request that follows an answer, if there is one.</summary>
    /// <exception cref="ToolRoundLimitException">The maximum number of rounds has been reached.</exception>
    /// <exception cref="ToolCallLimitException">It would run more tools at once than allowed.</exception>
    private protected virtual TRequest? Next(TRequest request, TWhole answer) => null;

    /// <inheritdoc/>
    protected override void ProcessRecord() => AnswerInput();

    /// <inheritdoc/>
    private protected override void Answer()
    {
        if (!Try(Prepare, Input, out var prepared)
            || AddToBatch(prepared.Request)
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
        catch (ArgumentException exception) // a value that cannot be written as JSON, or is empty
        {
            ThrowTerminatingError(Annotate(Errors.BadArgument(exception.Message, Input)));
            throw;
        }
    }

    /// <summary>Processes a prompt while earlier ones are still being processed; the pipeline's thread writes the output.</summary>
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

    /// <summary>Sends requests as long as answers lead to more; with -Stream writes the chunks of all, otherwise the last answer.</summary>
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

    /// <summary>The whole answer; null if there was an error, which has been written.</summary>
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

    /// <summary>Writes the chunks of an answer. Returns them joined if they are complete and the answer may lead to another request.</summary>
    private TWhole? WriteChunks(OpenAIClient client, TRequest request, StreamSource source)
    {
        var sinceStart = Stopwatch.StartNew();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var progress = IsSlow || ShowsItself ? NewProgress() : null;
        if (!Try(() => Await((options, token) => OpenAsync(client, request, options, token), stop, progress), Input, out var opened))
        {
            return null;
        }

        using var stream = opened;

        // While most streams are read, there is nothing to report: the thread waits for the next chunk itself.
        Func<bool> alone = stream.MoveNext, watched = () => Await(stream, progress);
        var next = progress is null && !MayReopen ? alone : watched;
        var silence = ShowsItself ? new SilenceProgress(Bar, progress!) : null;
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
            if (silence is not null)
            {
                next = silence.End(chunk) && !MayReopen ? alone : watched;
            }

            Deliver(chunk);
        }

        if (isDebug)
        {
            WriteDebug($"The stream is {(stream.IsComplete ? "complete" : "not complete")} (finish reason {SafeText.OneLine(stream.FinishReason ?? "none")})");
        }

        source.End();
        return joined is { Count: > 0 } && stream.IsComplete ? source.Mark((TWhole)joined.ToWhole(), isNew: false) : null;
    }

    /// <summary>Writes the open stream. It outlives the cmdlet: once it is open, only its new owner ends it.</summary>
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
            // Ctrl+C: there is no new owner. From here, this looks the same as Select-Object -First, which has taken the
            // stream.
            if (PipelineStop.IsPending())
            {
                opened.Dispose();
            }

            throw;
        }
    }
}
