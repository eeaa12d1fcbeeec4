namespace OpenAIStream;

/// <summary>The Assistants API, version 2: runs of an assistant on a thread. OpenAI and Azure shut it down on 2026-08-26; some compatible servers still have it.</summary>
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

    /// <summary>Gives a run what its tools gave, and waits for the run as it then is.</summary>
    /// <inheritdoc cref="SubmitToolOutputsStreamingAsync"/>
    public virtual ThreadRun SubmitToolOutputs(
        string threadId, string runId, IEnumerable<ThreadToolOutput> outputs, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => SubmitToolOutputsAsync(threadId, runId, outputs, options, cancellationToken));

    /// <summary>Gives a run what its tools gave, and waits for the run as it then is.</summary>
    /// <inheritdoc cref="SubmitToolOutputsStreamingAsync"/>
    public virtual Task<ThreadRun> SubmitToolOutputsAsync(
        string threadId, string runId, IEnumerable<ThreadToolOutput> outputs, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AskAsync<ThreadRun>(Submission(threadId, runId, outputs, false, options), cancellationToken);

    /// <summary>Gives a run what its tools gave; the stream has the events from there on.</summary>
    /// <inheritdoc cref="SubmitToolOutputsStreamingAsync"/>
    public virtual SseStream<AssistantEvent> SubmitToolOutputsStreaming(
        string threadId, string runId, IEnumerable<ThreadToolOutput> outputs, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => SubmitToolOutputsStreamingAsync(threadId, runId, outputs, options, cancellationToken));

    /// <summary>Gives a run what its tools gave; the stream has the events from there on.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="runId">The run, whose status is <c>requires_action</c>.</param>
    /// <param name="outputs">What the tools gave, for all calls at once.</param>
    /// <param name="options">What this call does otherwise.</param>
    /// <param name="cancellationToken">Ends the call, its stream included.</param>
    /// <exception cref="ApiException">The service refused, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public virtual Task<SseStream<AssistantEvent>> SubmitToolOutputsStreamingAsync(
        string threadId, string runId, IEnumerable<ThreadToolOutput> outputs, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.OpenAsync(Submission(threadId, runId, outputs, true, options), Decoders.For<AssistantEvent>(), cancellationToken);

    private protected override ApiRequest ToApiRequest(ThreadRunRequest request, bool stream, RequestOptions? options)
    {
        var toSend = base.ToApiRequest(request, stream, options) with { Beta = Version };
        return request.ThreadId is null ? toSend : toSend with { Path = $"threads/{PathSegment.Escape(request.ThreadId, "the id of a thread")}/runs" };
    }

    private static ApiRequest Submission(string threadId, string runId, IEnumerable<ThreadToolOutput> outputs, bool stream, RequestOptions? options)
    {
        Guard.NotNull(threadId, nameof(threadId));
        Guard.NotNull(runId, nameof(runId));
        Guard.NotNull(outputs, nameof(outputs));
        string path = $"threads/{PathSegment.Escape(threadId, "the id of a thread")}/runs/{PathSegment.Escape(runId, "the id of a run")}/submit_tool_outputs";
        var body = new ToolOutputsRequest { ToolOutputs = [.. outputs] };
        return new ApiRequest(HttpMethod.Post, path, RequestBody.FromUtf8(body.ToBody(stream)), stream, options) { Beta = Version };
    }
}
