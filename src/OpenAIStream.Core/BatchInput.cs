namespace OpenAIStream;

/// <summary>
/// The requests of a batch that is to be made. They are written to a temporary file as they are added, so that memory holds
/// none of them. Dispose of it when the batch has been made: that deletes the file.
/// </summary>
public sealed class BatchInput : IDisposable
{
    /// <summary>The most requests that services take in one batch.</summary>
    public const int MostRequests = 50_000;

    /// <summary>The most bytes that services take in one batch: 200 MB.</summary>
    public const long MostBytes = 200_000_000;

    internal const string CustomIdField = "custom_id";
    internal const string AboutField = "about";

    private readonly string _path;
    private readonly SpoolFile _requests = new();
    private SpoolFile? _about;

    /// <summary>Begins the requests of a batch; <see cref="BatchesEndpoint.SubmitAsync"/> makes the batch of them.</summary>
    /// <param name="client">The client that will make the batch: on Azure, paths may have another form.</param>
    /// <param name="path">What the requests ask, as a path behind the base address, such as <c>chat/completions</c>.</param>
    /// <exception cref="IOException">The temporary file cannot be made.</exception>
    public BatchInput(OpenAIClient client, string path)
    {
        Guard.NotNull(client, nameof(client));
        Guard.NotNull(path, nameof(path));
        _path = path;
        Endpoint = (client.Options.Azure is { HasDeployments: true } ? "/" : "/v1/") + path;
    }

    /// <summary>The path that the requests are for, as the service names it in batches.</summary>
    public string Endpoint { get; }

    /// <summary>The most requests that this batch takes. Default <see cref="MostRequests"/>.</summary>
    public int RequestLimit { get; set; } = MostRequests;

    /// <summary>The most bytes that this batch takes. Default <see cref="MostBytes"/>.</summary>
    public long ByteLimit { get; set; } = MostBytes;

    /// <summary>How many requests there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many bytes they have.</summary>
    public long Bytes => _requests.Length;

    /// <summary>The model that the requests ask: one for all of them.</summary>
    public string? Model { get; private set; }

    /// <summary>
    /// Adds a request. False where it belongs into another batch: this one is full, or asks another model.
    /// </summary>
    /// <param name="customId">What tells it from the others, at most 64 letters, digits and hyphens: answers come by it.</param>
    /// <param name="request">The request, such as a <see cref="ChatCompletionRequest"/>. Batches do not stream.</param>
    /// <param name="about">What the results are to say of it besides; it goes into a file of its own at the service. Null for nothing.</param>
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
            throw new ArgumentException(FormattableString.Invariant($"The request has {line.Length} bytes, and a batch takes {ByteLimit}. Send it by itself."));
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
            // A request in form, because services may look into a file of this purpose.
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
