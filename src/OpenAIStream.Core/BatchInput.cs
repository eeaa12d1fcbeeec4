namespace OpenAIStream;

/// <summary>
/// The requests of a batch to create. They are written to a temporary file as they are added, not kept in memory. Dispose
/// it after the batch has been created: that deletes the file.
/// </summary>
public sealed class BatchInput : IDisposable
{
    /// <summary>The maximum number of requests that services accept in one batch.</summary>
    public const int MostRequests = 50_000;

    /// <summary>The maximum number of bytes that services accept in one batch: 200 MB.</summary>
    public const long MostBytes = 200_000_000;

    internal const string CustomIdField = "custom_id";
    internal const string AboutField = "about";

    private readonly string _path;
    private readonly SpoolFile _requests = new();
    private SpoolFile? _about;

    /// <summary>Begins the requests of a batch; <see cref="BatchesEndpoint.SubmitAsync"/> creates the batch from them.</summary>
    /// <param name="client">The client that will create the batch: on Azure, paths may have another form.</param>
    /// <param name="path">The path of the requests, relative to the base address, such as <c>chat/completions</c>.</param>
    /// <exception cref="IOException">The temporary file cannot be created.</exception>
    public BatchInput(OpenAIClient client, string path)
    {
        Guard.NotNull(client, nameof(client));
        Guard.NotNull(path, nameof(path));
        _path = path;
        Endpoint = (client.Options.Azure is { HasDeployments: true } ? "/" : "/v1/") + path;
    }

    /// <summary>The path of the requests, as the service names it in batches.</summary>
    public string Endpoint { get; }

    /// <summary>The maximum number of requests in this batch. Default <see cref="MostRequests"/>.</summary>
    public int RequestLimit { get; set; } = MostRequests;

    /// <summary>The maximum number of bytes in this batch. Default <see cref="MostBytes"/>.</summary>
    public long ByteLimit { get; set; } = MostBytes;

    /// <summary>The number of requests.</summary>
    public int Count { get; private set; }

    /// <summary>Their size in bytes.</summary>
    public long Bytes => _requests.Length;

    /// <summary>The model of the requests: one for all of them.</summary>
    public string? Model { get; private set; }

    /// <summary>Adds a request. Returns false if it belongs in another batch: this one is full, or is for another model.</summary>
    /// <param name="customId">An id that is unique in the batch, at most 64 letters, digits and hyphens. It identifies the answer.</param>
    /// <param name="request">The request, such as a <see cref="ChatCompletionRequest"/>. Batches do not stream.</param>
    /// <param name="about">Data about the request that its result returns; it is stored in a separate file at the service. Null for none.</param>
    /// <exception cref="ArgumentException">The request alone is too large for a batch.</exception>
    /// <exception cref="IOException">The temporary file cannot be written.</exception>
    public bool TryAdd(string customId, JsonModel request, object? about = null)
    {
        Guard.NotNull(customId, nameof(customId));
        Guard.NotNull(request, nameof(request));
        string? model = request.Find("model") as string;
        if (Count >= RequestLimit || (Count > 0 && model != Model))
        {
            return false;
        }

        var body = request.Copy();
        body.Remove("stream");
        body.Remove("stream_options");
        byte[] line = Line(new JsonMap { [CustomIdField] = customId, ["method"] = "POST", ["url"] = Endpoint, ["body"] = body });
        if (line.Length > ByteLimit)
        {
            throw new ArgumentException(FormattableString.Invariant($"The request has {line.Length} bytes; the limit of a batch is {ByteLimit}. Send it without a batch."));
        }

        if (Bytes + line.Length > ByteLimit)
        {
            return false;
        }

        _requests.Write(line, 0, line.Length);
        Count++;
        Model = model;
        if (about is not null)
        {
            // It has the form of a request, because services may check a file with this purpose.
            byte[] note = Line(new JsonMap { [CustomIdField] = customId, ["method"] = "POST", ["url"] = Endpoint, ["body"] = new JsonMap { ["model"] = model, [AboutField] = about } });
            _about ??= new SpoolFile();
            _about.Write(note, 0, note.Length);
        }

        return true;
    }

    /// <summary>Deletes the temporary file.</summary>
    public void Dispose()
    {
        _requests.Dispose();
        _about?.Dispose();
    }

    internal FileUpload ToUpload() => new($"batch-{Name}.jsonl", _requests.Open, _requests.Length, "batch");

    internal FileUpload? ToAboutUpload() => _about is null ? null : new($"batch-{Name}-inputs.jsonl", _about.Open, _about.Length, "batch");

    private string Name => _path.Replace('/', '-');

    private static byte[] Line(JsonMap line)
    {
        byte[] json = JsonModelWriter.ToUtf8(line);
        Array.Resize(ref json, json.Length + 1);
        json[json.Length - 1] = (byte)'\n';
        return json;
    }
}
