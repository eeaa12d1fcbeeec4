namespace OpenAIStream;

/// <summary>
/// The Assistants API, version 2: runs of an assistant on a thread. OpenAI and Azure shut it down on 2026-08-26; some
/// compatible servers still have it. A request that the service may have received is not retried, because each run adds to
/// its thread.
/// </summary>
public class AssistantsEndpoint : StreamingEndpoint<ThreadRunRequest, ThreadRun, AssistantEvent>
{
    private const string Version = "assistants=v2";

    /// <inheritdoc/>
    protected AssistantsEndpoint()
    {
    }

    internal AssistantsEndpoint(OpenAIClient client)
        : base(client, "threads/runs")
    {
    }

    /// <summary>Sends the output of a run's tools, and returns the run in its new state.</summary>
    /// <inheritdoc cref="SubmitToolOutputsStreamingAsync"/>
    public virtual ThreadRun SubmitToolOutputs(
        string threadId, string runId, IEnumerable<ThreadToolOutput> outputs, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => SubmitToolOutputsAsync(threadId, runId, outputs, options, cancellationToken));

    /// <summary>Sends the output of a run's tools, and returns the run in its new state.</summary>
    /// <inheritdoc cref="SubmitToolOutputsStreamingAsync"/>
    public virtual Task<ThreadRun> SubmitToolOutputsAsync(
        string threadId, string runId, IEnumerable<ThreadToolOutput> outputs, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AskAsync<ThreadRun>(Submission(threadId, runId, outputs, false, options), cancellationToken);

    /// <summary>Sends the output of a run's tools; the stream contains the events from there on.</summary>
    /// <inheritdoc cref="SubmitToolOutputsStreamingAsync"/>
    public virtual SseStream<AssistantEvent> SubmitToolOutputsStreaming(
        string threadId, string runId, IEnumerable<ThreadToolOutput> outputs, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => SubmitToolOutputsStreamingAsync(threadId, runId, outputs, options, cancellationToken));

    /// <summary>Sends the output of a run's tools; the stream contains the events from there on.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="runId">The run, whose status is <c>requires_action</c>.</param>
    /// <param name="outputs">The output of the tools, for all calls at once.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call, including its stream.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<SseStream<AssistantEvent>> SubmitToolOutputsStreamingAsync(
        string threadId, string runId, IEnumerable<ThreadToolOutput> outputs, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.OpenAsync(Submission(threadId, runId, outputs, true, options), Decoders.For<AssistantEvent>(), cancellationToken);

    private protected override ApiRequest ToApiRequest(ThreadRunRequest request, bool stream, RequestOptions? options)
    {
        var toSend = base.ToApiRequest(request, stream, options) with { Beta = Version, IsRepeatable = false };
        return request.ThreadId is null ? toSend : toSend with { Path = $"threads/{PathSegment.Escape(request.ThreadId, "the id of a thread")}/runs" };
    }

    private static ApiRequest Submission(string threadId, string runId, IEnumerable<ThreadToolOutput> outputs, bool stream, RequestOptions? options)
    {
        Guard.NotNull(threadId, nameof(threadId));
        Guard.NotNull(runId, nameof(runId));
        Guard.NotNull(outputs, nameof(outputs));
        string path = $"threads/{PathSegment.Escape(threadId, "the id of a thread")}/runs/{PathSegment.Escape(runId, "the id of a run")}/submit_tool_outputs";
        var body = new ToolOutputsRequest { ToolOutputs = [.. outputs] };
        return new ApiRequest(HttpMethod.Post, path, RequestBody.FromUtf8(body.ToBody(stream)), stream, options) { Beta = Version, IsRepeatable = false };
    }
}
