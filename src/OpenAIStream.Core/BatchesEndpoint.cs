namespace OpenAIStream;

/// <summary>Batches: many requests in a file, which the service answers within a day, at a lower price.</summary>
public class BatchesEndpoint
{
    internal const string AboutKey = "openaistream_inputs"; // in a batch's metadata: the file that says more about its requests

    private const string Path = "batches";

    private const int MostFailures = 60; // in a row: an hour

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly OpenAIClient? _client;

    /// <summary>An endpoint without a client, for fakes in tests: override what the test calls.</summary>
    protected BatchesEndpoint()
    {
    }

    internal BatchesEndpoint(OpenAIClient client) => _client = client;

    private OpenAIClient Client => _client ?? throw OpenAIClient.NotFaked(this);

    /// <summary>Uploads requests and makes a batch of them. Calls <see cref="SubmitAsync"/>.</summary>
    /// <inheritdoc cref="SubmitAsync"/>
    public virtual Batch Submit(BatchInput input, BatchRequest? request = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => SubmitAsync(input, request, options, cancellationToken));

    /// <summary>Uploads requests and makes a batch of them.</summary>
    /// <param name="input">The requests.</param>
    /// <param name="request">What else to say of the batch; null for nothing.</param>
    /// <param name="options">Per-call overrides of the client's options; the total timeout is that of each request.</param>
    /// <param name="cancellationToken">Cancels the upload. A batch that was made by then runs on.</param>
    /// <exception cref="ApiException">The service refused the file or the batch, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual async Task<Batch> SubmitAsync(BatchInput input, BatchRequest? request = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        Guard.NotNull(input, nameof(input));
        var toSend = request is null ? new BatchRequest() : (BatchRequest)request.Copy();
        toSend.InputFileId = await UploadAsync(input.ToUpload(), options, cancellationToken).ConfigureAwait(false);
        toSend.Endpoint = input.Endpoint;
        if (input.ToAboutUpload() is FileUpload about)
        {
            var metadata = (JsonMap?)toSend.Metadata?.Copy() ?? new JsonMap();
            metadata[AboutKey] = await UploadAsync(about, options, cancellationToken).ConfigureAwait(false);
            toSend.Metadata = metadata;
        }

        return await CreateAsync(toSend, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes a batch of a file that has been uploaded. Calls <see cref="CreateAsync"/>.</summary>
    /// <inheritdoc cref="CreateAsync"/>
    public virtual Batch Create(BatchRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => CreateAsync(request, options, cancellationToken));

    /// <summary>Makes a batch of a file that has been uploaded. A request that the service may have received is not sent again: there could be two batches.</summary>
    /// <param name="request">The batch.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused the batch, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<Batch> CreateAsync(BatchRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        Guard.NotNull(request, nameof(request));
        var toSend = (BatchRequest)request.Copy();
        toSend.CompletionWindow ??= BatchRequest.Window;
        return Client.RequestAsync<Batch>(HttpMethod.Post, Path, toSend, options, cancellationToken);
    }

    /// <summary>A batch by its id. Calls <see cref="GetAsync"/>.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public virtual Batch Get(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => GetAsync(id, options, cancellationToken));

    /// <summary>A batch by its id.</summary>
    /// <param name="id">The batch's id.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<Batch> GetAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.RequestAsync<Batch>(HttpMethod.Get, PathOf(id), null, options, cancellationToken);

    /// <summary>A page of the list of batches. Calls <see cref="ListAsync"/>.</summary>
    /// <inheritdoc cref="ListAsync"/>
    public virtual ListPage<Batch> List(ListPage<Batch>? after = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => ListAsync(after, options, cancellationToken));

    /// <summary>A page of the list of batches, the newest first: the first page, or the one that follows another.</summary>
    /// <param name="after">The page before; null for the first.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<ListPage<Batch>> ListAsync(ListPage<Batch>? after = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.GetPageAsync(Path + "?limit=100", after, options, cancellationToken);

    /// <summary>Cancels a batch. Calls <see cref="CancelAsync"/>.</summary>
    /// <inheritdoc cref="CancelAsync"/>
    public virtual Batch Cancel(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => CancelAsync(id, options, cancellationToken));

    /// <summary>Cancels a batch, which may take ten minutes. What was answered by then can be read, and is paid for.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public virtual Task<Batch> CancelAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AskAsync<Batch>(new ApiRequest(HttpMethod.Post, PathOf(id) + "/cancel", RequestBody.Empty, false, options), cancellationToken);

    /// <summary>Waits until a batch has ended. Calls <see cref="WaitAsync"/>.</summary>
    /// <inheritdoc cref="WaitAsync"/>
    public virtual Batch Wait(
        string id, bool resubmit = false, Action<Batch>? progress = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => WaitAsync(id, resubmit, progress, options, cancellationToken));

    /// <summary>
    /// Waits until a batch has ended, whatever its end is. It is asked for after half a second, then after a tenth of the time
    /// that has gone by, 4 to 60 s, unless the service says when (Retry-After). A network or a service that fails meanwhile does
    /// not end the wait: it is asked again after a minute, for up to an hour, unless a total timeout is set.
    /// </summary>
    /// <param name="id">The batch's id.</param>
    /// <param name="resubmit">
    /// Makes the batch again where the service refused it because too many tokens wait (<see cref="Batch.IsOverTokenLimit"/>),
    /// when another batch has ended. It is then the new batch that is waited for and returned. Where no other one runs, it is
    /// made again once, a minute later.
    /// </param>
    /// <param name="progress">Told how the batch is, each time that it is asked for and has not ended.</param>
    /// <param name="options">Per-call overrides of the client's options; the total timeout is that of the wait for one batch.</param>
    /// <param name="cancellationToken">Ends the wait. The batch goes on.</param>
    /// <exception cref="ApiException">The service refused, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public virtual async Task<Batch> WaitAsync(
        string id, bool resubmit = false, Action<Batch>? progress = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var batch = await WaitForEndAsync(id, progress, options, cancellationToken).ConfigureAwait(false);
        bool wasAlone = false;
        while (resubmit && batch.IsOverTokenLimit && !wasAlone)
        {
            wasAlone = !await WaitForAnotherAsync(progress, options, cancellationToken).ConfigureAwait(false);
            batch = await CreateAsync(BatchRequest.Again(batch), options, cancellationToken).ConfigureAwait(false);
            progress?.Invoke(batch);
            batch = await WaitForEndAsync(batch.Id!, progress, options, cancellationToken).ConfigureAwait(false);
        }

        return batch;
    }

    /// <summary>Opens what came of a batch's requests. Calls <see cref="OpenResultsAsync"/>.</summary>
    /// <inheritdoc cref="OpenResultsAsync"/>
    public virtual BatchResults OpenResults(Batch batch, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => OpenResultsAsync(batch, options, cancellationToken));

    /// <summary>
    /// Opens what came of a batch's requests, in the order of the requests: answers and errors from both of its files. The
    /// files are downloaded to temporary ones; memory holds where in them each answer is. Dispose of the results.
    /// </summary>
    /// <param name="batch">The batch, which has ended.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the download.</param>
    /// <exception cref="ApiException">The service refused, or the network failed, or it refused the whole batch.</exception>
    /// <exception cref="InvalidOperationException">The batch has not ended.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual async Task<BatchResults> OpenResultsAsync(Batch batch, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        Guard.NotNull(batch, nameof(batch));
        if (!batch.IsEnded)
        {
            throw new InvalidOperationException($"The batch {batch.Id} is {batch.Status}, and has no results yet.");
        }

        return batch.Status != "failed" ? await BatchResults.OpenAsync(Client.Files, batch, options, cancellationToken).ConfigureAwait(false)
            : throw BatchFaults.Of(batch);
    }

    private static string PathOf(string id)
    {
        Guard.NotNull(id, nameof(id));
        return $"{Path}/{PathSegment.Escape(id, "the id of a batch")}";
    }

    private async Task<string> UploadAsync(FileUpload upload, RequestOptions? options, CancellationToken stop)
    {
        var file = await Client.Files.CreateAsync(upload, options, stop).ConfigureAwait(false);
        string id = file.Id ?? throw new ResponseFormatException("The service has taken the file, and told no id of it.") { Body = file.ToJson() };
        if (file.Status is "pending" or "running") // Azure looks through a file before a batch can be made of it
        {
            file = await Client.WaitAsync<OpenAIFile>($"files/{PathSegment.Escape(id, "the id of a file")}", id, null, options, stop).ConfigureAwait(false);
        }

        return file.Status is not "error" ? id : throw new ApiException($"The service found the file {id} with the requests wrong: {file.Find("status_details") ?? "it gives no reason"}.") { Body = file.ToJson() };
    }

    /// <summary>Waits until a batch has ended. What fails after the batch has been seen may pass: a wait goes on for a day.</summary>
    private async Task<Batch> WaitForEndAsync(string id, Action<Batch>? progress, RequestOptions? options, CancellationToken stop)
    {
        int left = 0; // failures that may still be waited for
        while (true)
        {
            try
            {
                return await Client.WaitAsync<Batch>(PathOf(id), id, Note, options, stop).ConfigureAwait(false);
            }
            catch (ApiException exception) when (left-- > 0 && exception is ApiConnectionException or InternalServerException && exception is not ApiCertificateException)
            {
                options?.OnEvent?.Invoke(new RetryWaiting(MostFailures - left + 1, Pause, exception));
                await Client.Options.TimeProvider.Delay(Pause, stop).ConfigureAwait(false);
            }
        }

        void Note(Batch batch)
        {
            left = options?.TotalTimeout is null && Client.Options.TotalTimeout is null ? MostFailures : 0;
            progress?.Invoke(batch);
        }
    }

    /// <summary>Waits until a batch that runs has ended. False when there was none, after a while.</summary>
    private async Task<bool> WaitForAnotherAsync(Action<Batch>? progress, RequestOptions? options, CancellationToken stop)
    {
        var page = await ListAsync(null, options, stop).ConfigureAwait(false);
        if (page.Data.LastOrDefault(static other => !other.IsEnded && other.Id is not null) is Batch oldest)
        {
            await WaitForEndAsync(oldest.Id!, progress, options, stop).ConfigureAwait(false);
            return true;
        }

        await Client.Options.TimeProvider.Delay(Pause, stop).ConfigureAwait(false);
        return false;
    }
}
