namespace OpenAIStream;

/// <summary>Batches: many requests in a file, which the service answers within a day, at a lower price.</summary>
public class BatchesEndpoint
{
    internal const string AboutKey = "openaistream_inputs"; // in a batch's metadata: the file with more data about its requests

    private const string Path = "batches";

    private const int MostFailures = 60; // in a row: one hour

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly OpenAIClient? _client;

    /// <summary>Creates an endpoint without a client, for fakes in tests. Override the members that the test calls.</summary>
    protected BatchesEndpoint()
    {
    }

    internal BatchesEndpoint(OpenAIClient client) => _client = client;

    private OpenAIClient Client => _client ?? throw OpenAIClient.NotFaked(this);

    /// <summary>Uploads requests and creates a batch with them. Calls <see cref="SubmitAsync"/>.</summary>
    /// <inheritdoc cref="SubmitAsync"/>
    public virtual Batch Submit(BatchInput input, BatchRequest? request = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => SubmitAsync(input, request, options, cancellationToken));

    /// <summary>Uploads requests and creates a batch with them.</summary>
    /// <param name="input">The requests.</param>
    /// <param name="request">Other settings of the batch, such as those of another batch (<see cref="BatchRequest.Again"/>); null for none.</param>
    /// <param name="options">Per-call overrides of the client's options; the total timeout applies to each request.</param>
    /// <param name="cancellationToken">Cancels the upload. A batch that has already been created continues.</param>
    /// <exception cref="ApiException">
    /// The service refused the file or the batch, or the network failed. If the service refused the batch, its files are deleted.
    /// </exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual async Task<Batch> SubmitAsync(BatchInput input, BatchRequest? request = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        Guard.NotNull(input, nameof(input));
        var toSend = request is null ? new BatchRequest() : (BatchRequest)request.Copy();
        var uploaded = new List<string>();
        try
        {
            uploaded.Add(toSend.InputFileId = await UploadAsync(input.ToUpload(), options, cancellationToken).ConfigureAwait(false));
            toSend.Endpoint = input.Endpoint;
            var metadata = (JsonMap?)toSend.Metadata?.Copy() ?? new JsonMap();
            metadata.Remove(AboutKey); // if the settings are those of another batch
            if (input.ToAboutUpload() is FileUpload about)
            {
                uploaded.Add(await UploadAsync(about, options, cancellationToken).ConfigureAwait(false));
                metadata[AboutKey] = uploaded[1];
            }

            toSend.Metadata = metadata.GetFieldNames().Any() ? metadata : null;
            return await CreateAsync(toSend, options, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiStatusException refused) when (refused.StatusCode is >= 400 and < 500 and not 408)
        {
            await DeleteAsync(uploaded, options, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Creates a batch from an uploaded file. Calls <see cref="CreateAsync"/>.</summary>
    /// <inheritdoc cref="CreateAsync"/>
    public virtual Batch Create(BatchRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => CreateAsync(request, options, cancellationToken));

    /// <summary>
    /// Creates a batch from an uploaded file. A request that the service may have received is not retried, because that
    /// could create two batches.
    /// </summary>
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

    /// <summary>Gets a batch by its id. Calls <see cref="GetAsync"/>.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public virtual Batch Get(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => GetAsync(id, options, cancellationToken));

    /// <summary>Gets a batch by its id.</summary>
    /// <param name="id">The batch's id.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<Batch> GetAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.RequestAsync<Batch>(HttpMethod.Get, PathOf(id), null, options, cancellationToken);

    /// <summary>Gets a page of the list of batches. Calls <see cref="ListAsync"/>.</summary>
    /// <inheritdoc cref="ListAsync"/>
    public virtual ListPage<Batch> List(ListPage<Batch>? after = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => ListAsync(after, options, cancellationToken));

    /// <summary>Gets a page of the list of batches, newest first: the first page, or the one after another page.</summary>
    /// <param name="after">The previous page; null for the first.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<ListPage<Batch>> ListAsync(ListPage<Batch>? after = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.GetPageAsync(Path + "?limit=100", after, options, cancellationToken);

    /// <summary>Cancels a batch. Calls <see cref="CancelAsync"/>.</summary>
    /// <inheritdoc cref="CancelAsync"/>
    public virtual Batch Cancel(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => CancelAsync(id, options, cancellationToken));

    /// <summary>Cancels a batch, which may take ten minutes. The requests answered by then are charged, and their answers can be read.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public virtual Task<Batch> CancelAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AskAsync<Batch>(new ApiRequest(HttpMethod.Post, PathOf(id) + "/cancel", RequestBody.Empty, false, options), cancellationToken);

    /// <summary>Waits until a batch has ended. Calls <see cref="WaitAsync"/>.</summary>
    /// <inheritdoc cref="WaitAsync"/>
    public virtual Batch Wait(
        string id, bool resubmit = false, Action<Batch>? progress = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => WaitAsync(id, resubmit, progress, options, cancellationToken));

    /// <summary>
    /// Waits until a batch has ended, in any way. The first check is after half a second; later delays are a tenth of the
    /// elapsed time, from 4 to 60 s, unless the service specifies one (Retry-After). A failure of the network or the
    /// service, or a rate limit, does not end the wait: the next check is a minute later, for up to an hour, unless a total
    /// timeout is set.
    /// </summary>
    /// <param name="id">The batch's id.</param>
    /// <param name="resubmit">
    /// Creates the batch again if the service refused it because too many tokens were queued (<see
    /// cref="Batch.IsOverTokenLimit"/>), when another batch has ended. The method then waits for the new batch and returns
    /// it. If no other batch is running, the batch is created again once, a minute later.
    /// </param>
    /// <param name="progress">Receives the batch after each check until it has ended.</param>
    /// <param name="options">Per-call overrides of the client's options; the total timeout applies to the wait for one batch.</param>
    /// <param name="cancellationToken">Ends the wait. The batch continues.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public virtual async Task<Batch> WaitAsync(
        string id, bool resubmit = false, Action<Batch>? progress = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var batch = await WaitForEndAsync(id, progress, options, cancellationToken).ConfigureAwait(false);
        bool wasAlone = false;
        while (resubmit && batch.IsOverTokenLimit && !wasAlone)
        {
            var again = await FindSuccessorAsync(batch, options, cancellationToken).ConfigureAwait(false);
            if (again is null)
            {
                wasAlone = !await WaitForAnotherAsync(progress, options, cancellationToken).ConfigureAwait(false);
                again = await CreateAsync(BatchRequest.Again(batch), options, cancellationToken).ConfigureAwait(false);
            }

            batch = again;
            progress?.Invoke(batch);
            batch = await WaitForEndAsync(batch.Id!, progress, options, cancellationToken).ConfigureAwait(false);
        }

        return batch;
    }

    /// <summary>Opens the results of a batch. Calls <see cref="OpenResultsAsync"/>.</summary>
    /// <inheritdoc cref="OpenResultsAsync"/>
    public virtual BatchResults OpenResults(Batch batch, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => OpenResultsAsync(batch, options, cancellationToken));

    /// <summary>
    /// Opens the results of a batch, in the order of its requests: answers and errors from both of its files. The files are
    /// downloaded to temporary files; memory holds only the position of each answer. Dispose the results.
    /// </summary>
    /// <param name="batch">The batch, which has ended.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the download.</param>
    /// <exception cref="ApiException">The service refused the request or the whole batch, or the network failed.</exception>
    /// <exception cref="InvalidOperationException">The batch has not ended.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual async Task<BatchResults> OpenResultsAsync(Batch batch, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        Guard.NotNull(batch, nameof(batch));
        if (!batch.IsEnded)
        {
            throw new InvalidOperationException($"The batch {batch.Id} is {batch.Status} and has no results yet.");
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
        string id = file.Id ?? throw new ResponseFormatException("The service accepted the file but returned no id for it.") { Body = file.ToJson() };
        if (file.Status is "pending" or "running") // Azure checks a file before it can be used in a batch
        {
            file = await Client.WaitAsync<OpenAIFile>($"files/{PathSegment.Escape(id, "the id of a file")}", id, null, options, stop).ConfigureAwait(false);
        }

        return file.Status is not "error" ? id : throw new ApiException($"The service refused the file {id} with the requests: {file.Find("status_details") ?? "it gave no reason"}.") { Body = file.ToJson() };
    }

    /// <summary>Deletes the files of a batch that the service refused. A file that cannot be deleted stays there.</summary>
    private async Task DeleteAsync(List<string> files, RequestOptions? options, CancellationToken stop)
    {
        foreach (string id in files)
        {
            try
            {
                await Client.Files.DeleteAsync(id, options, stop).ConfigureAwait(false);
            }
            catch (ApiException)
            {
                // The refusal of the batch is the error to report.
            }
        }
    }

    /// <summary>Waits until a batch has ended. A failure after the first successful check may be temporary: a wait can last a day.</summary>
    private async Task<Batch> WaitForEndAsync(string id, Action<Batch>? progress, RequestOptions? options, CancellationToken stop)
    {
        int left = 0; // the number of failures that do not end the wait yet
        while (true)
        {
            try
            {
                return await Client.WaitAsync<Batch>(PathOf(id), id, Note, options, stop).ConfigureAwait(false);
            }
            catch (ApiException exception) when (left-- > 0 && MayPass(exception))
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

    private static bool MayPass(ApiException exception) => exception switch
    {
        ApiCertificateException => false,
        RateLimitException => !RetryPolicy.IsFinal(exception),
        _ => exception is ApiConnectionException or InternalServerException,
    };

    /// <summary>The batch that was already created again from the file of a refused one, by this wait or an earlier one; null if there is none.</summary>
    private async Task<Batch?> FindSuccessorAsync(Batch refused, RequestOptions? options, CancellationToken stop)
    {
        Batch? found = null;
        ListPage<Batch>? page = null;
        do
        {
            page = await ListAsync(page, options, stop).ConfigureAwait(false);
            foreach (var batch in page.Data) // newest first; the one that followed the refused one is the last of those
            {
                if (batch.Id == refused.Id || batch.CreatedAt < refused.CreatedAt)
                {
                    return found;
                }

                found = batch.InputFileId == refused.InputFileId ? batch : found;
            }
        }
        while (page.HasMore);

        return found;
    }

    /// <summary>Waits until a running batch has ended. Returns false after a while if there is none.</summary>
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
