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
public abstract class StreamingCmdlet<TRequest, TWhole, TChunk> : RequestCmdlet
    where TRequest : StreamingRequest
    where TWhole : JsonModel, new()
    where TChunk : StreamChunk
{
    private ParallelCalls? _parallel;
    private RateGate? _gate;
    private int _inputs;

    /// <summary>Writes each chunk the moment it arrives, instead of the whole answer at its end.</summary>
    [Parameter]
    public SwitchParameter Stream { get; set; }

    /// <summary>With -Stream: returns the open stream itself, to be read step by step (MoveNext, Current) or with foreach, and disposed of.</summary>
    [Parameter]
    public SwitchParameter NoEnumerate { get; set; }

    /// <summary>How many prompts from the pipeline are answered at once. Each chunk says which it answers (Input, InputIndex).</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int ThrottleLimit { get; set; } = 1;

    /// <summary>Fields of the request that have no parameter here, by their names on the wire; they win over parameters.</summary>
    [Parameter]
    public System.Collections.IDictionary? AdditionalBody { get; set; }

    /// <summary>The request that the parameters describe.</summary>
    /// <exception cref="ArgumentException">They describe none.</exception>
    private protected abstract TRequest ToRequest(OpenAIConnection connection);

    private protected abstract StreamingEndpoint<TRequest, TWhole, TChunk> Endpoint(OpenAIClient client);

    /// <summary>Opens the answer's stream.</summary>
    private protected virtual Task<SseStream<TChunk>> OpenAsync(
        StreamingEndpoint<TRequest, TWhole, TChunk> endpoint, TRequest request, RequestOptions options, CancellationToken stop) =>
        endpoint.CreateStreamingAsync(request, options, stop);

    /// <summary>Asks for the whole answer.</summary>
    private protected virtual Task<TWhole> AskAsync(
        StreamingEndpoint<TRequest, TWhole, TChunk> endpoint, TRequest request, RequestOptions options, CancellationToken stop) =>
        endpoint.CreateAsync(request, options, stop);

    /// <summary>What the request is about, for error records.</summary>
    private protected abstract object? Input { get; }

    /// <summary>What the progress bar says while a whole answer is waited for.</summary>
    private protected virtual string Activity => "Waiting for the answer";

    /// <summary>Whether chunks come so seldom that a progress bar is shown between them.</summary>
    private protected virtual bool IsSlow => false;

    /// <summary>The progress bar of the call under way; null when it has none.</summary>
    private protected WaitProgress? Progress { get; private set; }

    /// <summary>Does with an answer, or with a chunk of one, what the cmdlet is for.</summary>
    private protected virtual void Deliver(JsonModel answer) => WriteObject(answer);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!Try(Prepare, Input, out var prepared))
        {
            return;
        }

        var (endpoint, request) = prepared;
        if (ThrottleLimit > 1)
        {
            StartBesideOthers(endpoint, request);
        }
        else if (Stream && NoEnumerate)
        {
            WriteOpenStream(endpoint, request);
        }
        else
        {
            WriteAnswers(endpoint, request);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => _parallel?.Finish();

    /// <summary>Answers a prompt while those before it are still being answered; what comes is written by the pipeline's thread.</summary>
    private void StartBesideOthers(StreamingEndpoint<TRequest, TWhole, TChunk> endpoint, TRequest request)
    {
        var calls = _parallel ??= new ParallelCalls(ThrottleLimit, Stop);
        object? input = Input;
        var source = StreamSource.Of(request, null, input, _inputs++);
        var options = NewOptions(callEvent => calls.Tell(() => Tell(callEvent)));
        options.Gate = _gate ??= new RateGate(TimeProvider.System);
        calls.Start(
            () => PipelineThread.Start(calls.Tell, () => Stream
                ? WriteChunksAsync(calls, endpoint, request, options, source)
                : WriteWholeAsync(calls, endpoint, request, options, source)),
            failure =>
            {
                source.IsOver = true;
                Try<bool>(() => throw failure, input, out _);
            });
    }

    private async Task WriteChunksAsync(
        ParallelCalls calls, StreamingEndpoint<TRequest, TWhole, TChunk> endpoint, TRequest request, RequestOptions options, StreamSource source)
    {
        using var stream = await OpenAsync(endpoint, request, options, Stop).ConfigureAwait(false);
        while (await stream.MoveNextAsync().ConfigureAwait(false))
        {
            var chunk = source.Mark(stream.Current);
            await calls.WriteAsync(() => Deliver(chunk)).ConfigureAwait(false);
        }

        calls.Tell(() => source.IsOver = true); // once the chunks before it are written
    }

    private async Task WriteWholeAsync(
        ParallelCalls calls, StreamingEndpoint<TRequest, TWhole, TChunk> endpoint, TRequest request, RequestOptions options, StreamSource source)
    {
        var answer = source.Mark(await AskAsync(endpoint, request, options, Stop).ConfigureAwait(false));
        source.IsOver = true;
        await calls.WriteAsync(() => Deliver(answer)).ConfigureAwait(false);
    }

    /// <summary>Joins the chunks of an answer that may lead to another request; null where none does.</summary>
    private protected virtual ChunkAccumulator? NewAccumulator() => null;

    /// <summary>The request that an answer leads to, if it does.</summary>
    /// <exception cref="ToolRoundLimitException">It would, and may not.</exception>
    private protected virtual TRequest? Next(TRequest request, TWhole answer) => null;

    /// <summary>Request after request as long as answers lead to more; with -Stream the chunks of all, else the last answer.</summary>
    private void WriteAnswers(StreamingEndpoint<TRequest, TWhole, TChunk> endpoint, TRequest first)
    {
        StreamSource? source = null;
        TRequest? request = first;
        while (request is not null)
        {
            source = StreamSource.Of(request, source, Input, source?.Index ?? _inputs++);
            var answer = Stream ? WriteChunks(endpoint, request, source) : Ask(endpoint, request, source);
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

            if (request is null && !Stream)
            {
                Deliver(answer);
            }
        }
    }

    private protected (StreamingEndpoint<TRequest, TWhole, TChunk> Endpoint, TRequest Request) Prepare()
    {
        var connection = Target;
        try
        {
            var request = ToRequest(connection);
            AddAdditionalBody(request);
            return (Endpoint(connection.Client), request);
        }
        catch (ArgumentException exception) // a value that has no form in JSON, or says nothing
        {
            ThrowTerminatingError(Errors.BadArgument(exception.Message, Input));
            throw;
        }
    }

    private void AddAdditionalBody(TRequest request)
    {
        if (AdditionalBody is null)
        {
            return;
        }

        try
        {
            request.Merge(AdditionalBody.Unwrapped());
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException($"-AdditionalBody cannot be sent: {exception.Message}", exception);
        }
    }

    /// <summary>The whole answer; null when there was an error, which has been written.</summary>
    private TWhole? Ask(StreamingEndpoint<TRequest, TWhole, TChunk> endpoint, TRequest request, StreamSource source)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var progress = NewProgress();
        if (!Try(() => Await((options, token) => AskAsync(endpoint, request, options, token), stop, progress), Input, out var answer))
        {
            return null;
        }

        source.IsOver = true;
        return source.Mark(answer);
    }

    private protected WaitProgress NewProgress() => Progress = new WaitProgress(WriteProgress, Activity, Convert.ToString(Input, System.Globalization.CultureInfo.CurrentCulture));

    /// <summary>Writes an answer's chunks. Returns them joined when they came whole and the answer may lead to another request.</summary>
    private TWhole? WriteChunks(StreamingEndpoint<TRequest, TWhole, TChunk> endpoint, TRequest request, StreamSource source)
    {
        var sinceStart = Stopwatch.StartNew();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var progress = IsSlow ? NewProgress() : null;
        if (!Try(() => Await((options, token) => OpenAsync(endpoint, request, options, token), stop, progress), Input, out var opened))
        {
            return null;
        }

        using var stream = opened;
        if (stream.Resume is not null || progress is not null)
        {
            stream.Waiting = receiving => Pump.WaitFor(receiving, progress); // it may break and go on, which is told when it happens
        }

        Func<bool> next = stream.Resume is null ? stream.MoveNext : () => PipelineThread.Start(Pump.Post, stream.MoveNext);
        var joined = NewAccumulator();
        bool isDebug = IsDebug();
        for (int count = 1; Try(next, Input, out bool moved) && moved; count++)
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
            WriteDebug($"The stream is {(stream.IsComplete ? "complete" : "not complete")} (finish reason {stream.FinishReason ?? "not given"})");
        }

        source.IsOver = true;
        return joined is { Count: > 0 } && stream.IsComplete ? source.Mark((TWhole)(JsonModel)joined.ToWhole(), isNew: false) : null;
    }

    /// <summary>The stream outlives the cmdlet: once it is open, only its new owner ends it.</summary>
    private void WriteOpenStream(StreamingEndpoint<TRequest, TWhole, TChunk> endpoint, TRequest request)
    {
        var stop = new CancellationTokenSource();
        bool isOpen;
        SseStream<TChunk> stream;
        using (Stop.Register(stop.Cancel))
        {
            isOpen = Try(() => Await((options, token) => OpenAsync(endpoint, request, options, token), stop), Input, out stream);
        }

        if (!isOpen)
        {
            return;
        }

        stream.Waiting = receiving => PipelineStop.Watch(receiving, stream);
        try
        {
            WriteObject(stream, enumerateCollection: false);
        }
        catch (PipelineStoppedException)
        {
            // Ctrl+C: there is no new owner. Select-Object -First, which has taken the stream, looks the same from here.
            if (PipelineStop.IsPending())
            {
                stream.Dispose();
            }

            throw;
        }
    }
}
