namespace OpenAIStream;

/// <summary>The answers to several prompts at once, each marked with the prompt that it answers.</summary>
internal sealed class ThrottledAnswers(PipelineDispatcher dispatcher, int limit, CancellationToken stop)
{
    private readonly ParallelCalls _calls = new(dispatcher, limit, stop);
    private readonly RateGate _gate = new(TimeProvider.System);

    /// <summary>When one of the calls receives a 429, all of them pause.</summary>
    public RequestOptions Share(RequestOptions options)
    {
        options.Gate = _gate;
        return options;
    }

    /// <summary>Starts a call that streams its answer; chunks, or what it failed with, are taken on the pipeline's thread.</summary>
    public void Start<TChunk>(Func<Task<SseStream<TChunk>>> open, StreamSource source, Action<ModelOutput> deliver, Action<Exception> failed)
        where TChunk : StreamChunk => Start(() => WriteChunksAsync(open, source, deliver), source, failed);

    /// <summary>Starts a call whose answer comes whole; it, or what the call failed with, is taken on the pipeline's thread.</summary>
    public void Start<TWhole>(Func<Task<TWhole>> ask, StreamSource source, Action<ModelOutput> deliver, Action<Exception> failed)
        where TWhole : ModelOutput => Start(() => WriteWholeAsync(ask, source, deliver), source, failed);

    /// <summary>Writes what comes until the last call has ended.</summary>
    public void Finish() => _calls.Finish();

    private void Start(Func<Task> call, StreamSource source, Action<Exception> failed) => _calls.Start(call, failure =>
    {
        source.IsOver = true;
        failed(failure);
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

        dispatcher.Post(() => source.IsOver = true); // once the chunks before it are written
    }

    private async Task WriteWholeAsync<TWhole>(Func<Task<TWhole>> ask, StreamSource source, Action<ModelOutput> deliver)
        where TWhole : ModelOutput
    {
        var answer = source.Mark(await ask().ConfigureAwait(false));
        source.IsOver = true;
        await _calls.WriteAsync(() => deliver(answer)).ConfigureAwait(false);
    }
}
