namespace OpenAIStream;

/// <summary>Files that the service stores.</summary>
public class FilesEndpoint
{
    private readonly OpenAIClient? _client;

    /// <summary>Creates an endpoint without a client, for fakes in tests. Override the members that the test calls.</summary>
    protected FilesEndpoint()
    {
    }

    internal FilesEndpoint(OpenAIClient client) => _client = client;

    private OpenAIClient Client => _client ?? throw OpenAIClient.NotFaked(this);

    /// <summary>Uploads a file. Calls <see cref="CreateAsync"/>.</summary>
    /// <inheritdoc cref="CreateAsync"/>
    public virtual OpenAIFile Create(FileUpload upload, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => CreateAsync(upload, options, cancellationToken));

    /// <summary>
    /// Uploads a file, in parts if it is large or if <see cref="FileUpload.PartSize"/> is set. A part that fails is retried
    /// alone, and a broken upload can be continued: see <see cref="FileUpload.OnPart"/>.
    /// </summary>
    /// <param name="upload">The file.</param>
    /// <param name="options">Per-call overrides of the client's options; the total timeout applies to each request.</param>
    /// <param name="cancellationToken">Cancels the upload.</param>
    /// <exception cref="ApiException">The service refused the file, or the network failed.</exception>
    /// <exception cref="FileUploadException">An earlier call may have stored the file: see <see cref="FileUploadState.IsCompleting"/>.</exception>
    /// <exception cref="SentFileException">The file has changed, or can no longer be read.</exception>
    /// <exception cref="OperationCanceledException">The upload was canceled.</exception>
    public virtual async Task<OpenAIFile> CreateAsync(FileUpload upload, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        Guard.NotNull(upload, nameof(upload));
        if (upload.EffectivePartSize is long partSize)
        {
            return await new PartedUpload(Client, upload, partSize, options).RunAsync(cancellationToken).ConfigureAwait(false);
        }

        var form = new RequestForm().Add(upload.Fields()).AddFile("file", upload.FileName, () => upload.Open(0, upload.Length), upload.Length, upload.ContentType);
        return upload.Checked(await Client.RequestAsync<OpenAIFile>(HttpMethod.Post, "files", form, options, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Gets a page of the list of files. Calls <see cref="ListAsync"/>.</summary>
    /// <inheritdoc cref="ListAsync"/>
    public virtual ListPage<OpenAIFile> List(
        string? purpose = null, ListPage<OpenAIFile>? after = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => ListAsync(purpose, after, options, cancellationToken));

    /// <summary>Gets a page of the list of files: the first page, or the one after another page.</summary>
    /// <param name="purpose">Only files with this purpose; null for all.</param>
    /// <param name="after">The previous page; null for the first page.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<ListPage<OpenAIFile>> ListAsync(
        string? purpose = null, ListPage<OpenAIFile>? after = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.GetPageAsync(purpose is null ? "files" : "files?purpose=" + Uri.EscapeDataString(purpose), after, options, cancellationToken);

    /// <summary>Gets the properties of a file. Calls <see cref="GetAsync"/>.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public virtual OpenAIFile Get(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => GetAsync(id, options, cancellationToken));

    /// <summary>Gets the properties of a file.</summary>
    /// <param name="id">The id of the file.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused the request, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<OpenAIFile> GetAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.RequestAsync<OpenAIFile>(HttpMethod.Get, PathOf(id), null, options, cancellationToken);

    /// <summary>Opens the content of a file. Calls <see cref="OpenAsync"/>.</summary>
    /// <inheritdoc cref="OpenAsync"/>
    public virtual ApiResponse Open(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => OpenAsync(id, options, cancellationToken));

    /// <summary>Opens the content of a file; it is downloaded as <see cref="ApiResponse.Body"/> is read.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public virtual Task<ApiResponse> OpenAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.SendAsync(HttpMethod.Get, PathOf(id) + "/content", null, options, cancellationToken);

    /// <summary>Deletes a file. Calls <see cref="DeleteAsync"/>.</summary>
    /// <inheritdoc cref="DeleteAsync"/>
    public virtual void Delete(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => DeleteAsync(id, options, cancellationToken));

    /// <summary>Deletes a file.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public virtual Task DeleteAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.DeleteAsync(new ApiRequest(HttpMethod.Delete, PathOf(id), null, false, options), cancellationToken);

    private static string PathOf(string id)
    {
        Guard.NotNull(id, nameof(id));
        return "files/" + PathSegment.Escape(id, "the id of a file");
    }
}
