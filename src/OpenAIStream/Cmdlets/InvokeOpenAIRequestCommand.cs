using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Sends a request to any path of the API, with the settings of the connection.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "OpenAIRequest", SupportsShouldProcess = true)]
[OutputType(typeof(JsonMap), typeof(string), typeof(byte[]), typeof(FileInfo))]
public sealed class InvokeOpenAIRequestCommand : InputCmdlet
{
    private HttpMethod _method = HttpMethod.Get;
    private OutputFile? _file;

    /// <summary>The HTTP method.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(HttpMethodCompleter))]
    public string Method { get; set; } = "";

    /// <summary>The path relative to the base address.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [Alias("Uri")]
    [ArgumentCompleter(typeof(RequestPathCompleter))]
    public string Path { get; set; } = "";

    /// <summary>The content to send: a hashtable or an object as JSON, or text unchanged.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    public PSObject? Body { get; set; }

    /// <summary>A form to send, by the names of its fields; a FileInfo value is sent as a file.</summary>
    [Parameter]
    [DictionaryTransformation]
    public object? Form { get; set; }

    /// <summary>A file to send: as the body, or with -Form as its field named file.</summary>
    [Parameter]
    public string? InFile { get; set; }

    /// <summary>The media type of the text or the file in the body.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(MediaTypeCompleter))]
    public string? ContentType { get; set; }

    /// <inheritdoc/>
    [Parameter]
    [Alias("Query")]
    [DictionaryTransformation]
    public override object? AdditionalQuery { get; set; }

    /// <summary>Requests a stream, and writes each event as an object as soon as it arrives.</summary>
    [Parameter]
    public SwitchParameter Stream { get; set; }

    /// <summary>Writes the items of a list, from all its pages.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>Writes the first items of a list, from as many pages as needed.</summary>
    [Parameter]
    [OptionalRange(1, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>The file to which the response is written; an existing file is replaced once all content has arrived.</summary>
    [Parameter]
    public string? OutFile { get; set; }

    /// <summary>Replaces a file even if it is read-only.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The name of a variable in which to store the headers of the response.</summary>
    [Parameter]
    [Alias("RHV")]
    public string? ResponseHeadersVariable { get; set; }

    private protected override object? Input => Body is null ? Path : PipelineInput.Plain(Body);

    private protected override string? InputText => $"{_method} {Path}";

    private protected override bool ConfirmsRequests => _method.Method is not ("GET" or "HEAD" or "OPTIONS");

    private bool HasNoBody => Method.ToUpperInvariant() is "GET" or "HEAD";

    private bool IsList => All || First is not null;

    private protected override IEnumerable<Contradiction> Contradictions() =>
    [
        .. base.Contradictions(),
        new(HasNoBody && (MyInvocation.ExpectingInput || Body is not null || Form is not null || InFile is not null),
            $"A {Method.ToUpperInvariant()} request has no body. Specify its parameters with -Query.", Path),
        new(new[] { MyInvocation.ExpectingInput || Body is not null, Form is not null || InFile is not null }.All(static given => given),
            "-Body or the pipeline supplies the whole body, and so does -Form or -InFile. Use one of them.", Path),
        new(ContentType is not null && (Form is not null || !(MyInvocation.ExpectingInput || Body is not null || InFile is not null)),
            "-ContentType is the type of the text in -Body or of the file in -InFile. Add one of them, or remove -ContentType. A form has its own type.", ContentType),
        new(IsList && !Method.Equals("GET", StringComparison.OrdinalIgnoreCase), "-All and -First follow the pages of a list, which requires the method GET.", Method),
        new(IsList && Stream, "-Stream writes events, and -All and -First write the items of a list. Use one of them."),
        new(OutFile is not null && (IsList || Stream), "-OutFile writes the response unchanged; -Stream, -All and -First write objects. Use one of them.", OutFile),
        new(OutFile is not null && MyInvocation.ExpectingInput, "-OutFile writes one response, but each input from the pipeline is a request. Specify the body with -Body.", OutFile),
        new(Force && OutFile is null, "-Force applies to the file in -OutFile. Add -OutFile."),
    ];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _file = OutFile is null ? null : OutputFile.At(this, OutFile, Force);
        try
        {
            _method = new HttpMethod(Method.ToUpperInvariant());
            Target.Client.SendAsync(_method, Path, null, new RequestOptions { DryRun = true }).GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            ThrowTerminatingError(exception is FormatException
                ? Errors.BadArgument($"'{Method}' is not an HTTP method. Use a method such as GET, POST or DELETE.", Method)
                : Errors.BadArgument($"The path is not under the address of the connection, {Target.Client.BaseAddress}. Specify a path under it, such as 'files'. For another server, create another connection.", null));
        }
        catch (Exception exception) when (exception is RequestNotSentException or ApiException)
        {
            // The path is under the base address; what else the request needs is known with its body.
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => AnswerInput();

    private protected override void Answer()
    {
        RequestBody? body;
        try
        {
            body = RequestContent.Of(this);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            Report(Errors.BadArgument(exception.Message, Input));
            return;
        }
        catch (InputFileException exception)
        {
            Report(Errors.From(exception));
            return;
        }
        catch (IOException exception)
        {
            Report(Errors.FileNotReadable(exception, InFile ?? Path));
            return;
        }

        if (!Try(() => Target.Client, Input, out var client)
            || !MaySend(options => client.SendAsync(_method, Path, body, options, Stop), file: _file?.Path, target: Input))
        {
            return;
        }

        if (_file?.Fault() is ErrorRecord fault)
        {
            Report(fault);
            return;
        }

        if (IsList)
        {
            WriteItems(client);
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var progress = NewProgress();
        if (Stream)
        {
            WriteEvents(client, body, stop);
        }
        else
        {
            WriteAnswer(client, body, stop, progress);
        }
    }

    private protected override RequestOptions NewOptions()
    {
        var options = base.NewOptions();
        if (Stream && HasNoBody && options.RepeatedQuery.All(static pair => pair.Key != "stream"))
        {
            options.Query["stream"] = "true";
        }

        return options;
    }

    private void WriteEvents(OpenAIClient client, RequestBody? body, CancellationTokenSource stop)
    {
        if (!Try(() => Await((options, token) => client.StreamAsync<JsonMap>(_method, Path, body, options, token), stop), Input, out var opened))
        {
            return;
        }

        using var stream = opened;
        SetHeaders(stream.Headers);
        while (Try(stream.MoveNext, Input, out bool moved) && moved)
        {
            WriteObject(WholeAnswers.Of(stream.Current));
        }
    }

    private void WriteItems(OpenAIClient client)
    {
        int left = First ?? int.MaxValue;
        foreach (var page in Pages<JsonMap>((after, options, token) => client.GetPageAsync(Path, after, options, token), Input))
        {
            WriteObject(page.Data.Take(left).Select(WholeAnswers.Of), enumerateCollection: true);
            left -= page.Data.Count;
            if (left <= 0)
            {
                return;
            }
        }
    }

    private void WriteAnswer(OpenAIClient client, RequestBody? body, CancellationTokenSource stop, WaitProgress progress)
    {
        if (!Try(() => Await((options, token) => client.SendAsync(_method, Path, body, options, token), stop, progress), Input, out var opened))
        {
            return;
        }

        using var response = opened;
        SetHeaders(response.Headers);
        if (_file is not null)
        {
            if (Try(() => Await(async (_, token) => await response.FindErrorAsync(token).ConfigureAwait(false) is ApiException error ? throw error : true, stop, progress), Input, out _)
                && Save(response.Body, _file, progress, response.ContentLength))
            {
                WriteObject(new FileInfo(_file.Path));
            }
        }
        else if (Try(() => Await((_, token) => response.ReadAsync(token), stop, progress), Input, out object? value) && value is not null)
        {
            WriteObject(WholeAnswers.OfAny(value), enumerateCollection: value is not byte[]);
        }
    }

    private void SetHeaders(IReadOnlyDictionary<string, string> headers)
    {
        if (ResponseHeadersVariable is not null)
        {
            SessionState.PSVariable.Set(ResponseHeadersVariable, headers);
        }
    }
}

/// <summary>HTTP methods.</summary>
public sealed class HttpMethodCompleter() : WordCompleter("GET", "POST", "DELETE", "PATCH", "PUT", "HEAD");

/// <summary>Media types of content to send.</summary>
public sealed class MediaTypeCompleter() : WordCompleter("application/json", "text/jsonl", "text/plain", "application/octet-stream");

/// <summary>Common paths of the API.</summary>
public sealed class RequestPathCompleter() : WordCompleter(
    "audio/translations", "batches", "chat/completions", "containers", "conversations", "embeddings", "evals", "files", "fine_tuning/jobs",
    "images/variations", "models", "moderations", "organization/costs", "organization/usage/completions", "responses", "responses/compact",
    "responses/input_tokens", "uploads", "vector_stores", "videos");
