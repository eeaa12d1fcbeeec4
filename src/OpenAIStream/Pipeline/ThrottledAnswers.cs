namespace OpenAIStream;

/// <summary>The answers to several prompts at once, each marked with its prompt.</summary>
internal sealed class ThrottledAnswers(PipelineDispatcher dispatcher, int limit, CancellationToken stop, WaitProgress? progress = null)
{
    private readonly ParallelCalls _calls = new(dispatcher, limit, stop, progress);
    private readonly RateGate _gate = new(TimeProvider.System);

    /// <summary>How long requests are currently paused.</summary>
    public TimeSpan Pause() => _gate.Wait;

    /// <summary>Makes calls keep to the limits of the service together; if one of them receives a 429, all of them pause.</summary>
    public RequestOptions Share(RequestOptions options)
    {
        options.Gate = _gate;
        return options;
    }

    /// <summary>Starts a call that streams its answer; chunks, and finally its exception or null, are processed on the pipeline's thread.</summary>
    public void Start<TChunk>(Func<Task<SseStream<TChunk>>> open, StreamSource source, Action<ModelOutput> deliver, Action<Exception?> ended)
        where TChunk : StreamChunk => Start(() => WriteChunksAsync(open, source, deliver), source, ended);

    /// <summary>Starts a call that returns a whole answer; the answer, and the exception of the call or null, are processed on the pipeline's thread.</summary>
    public void Start<TWhole>(Func<Task<TWhole>> ask, StreamSource source, Action<ModelOutput> deliver, Action<Exception?> ended)
        where TWhole : ModelOutput => Start(() => WriteWholeAsync(ask, source, deliver), source, ended);

    /// <summary>Writes output until the last call has ended.</summary>
    public void Finish() => _calls.Finish();

    private void Start(Func<Task> call, StreamSource source, Action<Exception?> ended) => _calls.Start(call, failure =>
    {
        source.End(failure?.Message);
        ended(failure);
    });

    private async Task WriteChunksAsync<TChunk>(Func<Task<SseStream<TChunk>>> open, StreamSource source, Action<ModelOutput> deliver)
        where TChunk : StreamChunk
    {
        using var stream = await open().ConfigureAwait(false);
        while (await stream.MoveNextAsync().ConfigureAwait(false))
        {
            var chunk = source.Mark(stream.Current);
            await _calls.WriteAsync(() => deliver(chunk)).ConfigureAwait(false);
        }
    }

    private async Task WriteWholeAsync<TWhole>(Func<Task<TWhole>> ask, StreamSource source, Action<ModelOutput> deliver)
        where TWhole : ModelOutput
    {
        var answer = source.MarkWhole(await ask().ConfigureAwait(false));
        await _calls.WriteAsync(() => deliver(answer)).ConfigureAwait(false);
    }
}
