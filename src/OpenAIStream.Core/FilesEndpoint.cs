namespace OpenAIStream;

/// <summary>Files that the service keeps.</summary>
public class FilesEndpoint
{
    private readonly OpenAIClient? _client;

    /// <summary>An endpoint without a client, for fakes in tests: override what the test calls.</summary>
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
    /// Uploads a file, in parts where it is large or <see cref="FileUpload.PartSize"/> says so. A part that fails is sent
    /// again by itself, and an upload that breaks can be gone on with: <see cref="FileUpload.OnPart"/>.
    /// </summary>
    /// <param name="upload">The file.</param>
    /// <param name="options">Per-call overrides of the client's options; the total timeout is that of each request.</param>
    /// <param name="cancellationToken">Cancels the upload.</param>
    /// <exception cref="ApiException">The service refused the file, or the network failed.</exception>
    /// <exception cref="IOException">The file cannot be read any more.</exception>
    /// <exception cref="OperationCanceledException">The upload was canceled.</exception>
    public virtual Task<OpenAIFile> CreateAsync(FileUpload upload, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        Guard.NotNull(upload, nameof(upload));
        if (upload.EffectivePartSize is long partSize)
        {
            return new PartedUpload(Client, upload, partSize, options).RunAsync(cancellationToken);
        }

        var form = new RequestForm().Add(upload.Fields()).AddFile("file", upload.FileName, () => upload.Open(0, upload.Length), upload.Length, upload.ContentType);
        return Client.RequestAsync<OpenAIFile>(HttpMethod.Post, "files", form, options, cancellationToken);
    }

    /// <summary>A page of the list of files. Calls <see cref="ListAsync"/>.</summary>
    /// <inheritdoc cref="ListAsync"/>
    public virtual ListPage<OpenAIFile> List(
        string? purpose = null, ListPage<OpenAIFile>? after = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => ListAsync(purpose, after, options, cancellationToken));

    /// <summary>A page of the list of files: the first, or the one that follows another.</summary>
    /// <param name="purpose">Only files for this; null for all.</param>
    /// <param name="after">The page before; null for the first.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<ListPage<OpenAIFile>> ListAsync(
        string? purpose = null, ListPage<OpenAIFile>? after = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.GetPageAsync(purpose is null ? "files" : "files?purpose=" + Uri.EscapeDataString(purpose), after, options, cancellationToken);

    /// <summary>What the service knows of a file. Calls <see cref="GetAsync"/>.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public virtual OpenAIFile Get(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => GetAsync(id, options, cancellationToken));

    /// <summary>What the service knows of a file.</summary>
    /// <param name="id">The file's id.</param>
    /// <param name="options">Per-call overrides of the client's options.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The service refused, or the network failed.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public virtual Task<OpenAIFile> GetAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.RequestAsync<OpenAIFile>(HttpMethod.Get, PathOf(id), null, options, cancellationToken);

    /// <summary>Opens a file's content. Calls <see cref="OpenAsync"/>.</summary>
    /// <inheritdoc cref="OpenAsync"/>
    public virtual ApiResponse Open(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => OpenAsync(id, options, cancellationToken));

    /// <summary>Opens a file's content; it comes as <see cref="ApiResponse.Body"/> is read.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public virtual Task<ApiResponse> OpenAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.SendAsync(HttpMethod.Get, PathOf(id) + "/content", null, options, cancellationToken);

    /// <summary>Deletes a file. Calls <see cref="DeleteAsync"/>.</summary>
    /// <inheritdoc cref="DeleteAsync"/>
    public virtual JsonMap Delete(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Blocking.Run(() => DeleteAsync(id, options, cancellationToken));

    /// <summary>Deletes a file. Returns what the service says of it.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public virtual Task<JsonMap> DeleteAsync(string id, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.RequestAsync<JsonMap>(HttpMethod.Delete, PathOf(id), null, options, cancellationToken);

    private static string PathOf(string id)
    {
        Guard.NotNull(id, nameof(id));
        return "files/" + PathSegment.Escape(id, "the id of a file");
    }
}
