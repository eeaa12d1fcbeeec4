using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Uploads files to the service, which stores them.</summary>
[Cmdlet(VerbsCommunications.Send, "OpenAIFile", DefaultParameterSetName = nameof(Path), SupportsShouldProcess = true)]
[OutputType(typeof(OpenAIFile))]
public sealed class SendOpenAIFileCommand : InputCmdlet
{
    private static readonly TimeSpan ShortestLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(30);

    private UploadCheckpoint? _checkpoint;
    private string _file = "";
    private int? _count;

    /// <summary>The files. Wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = nameof(Path))]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The files, by their literal paths.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = nameof(LiteralPath))]
    [Alias("PSPath", "LP", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The purpose of the files.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(FilePurposeCompleter))]
    [WordTransformation(typeof(FilePurposeCompleter))]
    public string Purpose { get; set; } = "user_data";

    /// <summary>How long the service stores the files, an hour to 30 days.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FileLifeCompleter))]
    public TimeSpan? ExpiresAfter { get; set; }

    /// <summary>Sends files in parts of this number of bytes.</summary>
    [Parameter]
    [OptionalRange(1, 64 * 1024 * 1024)]
    public int? PartSize { get; set; }

    /// <summary>A file that remembers what was uploaded, so that the same command continues an interrupted upload.</summary>
    [Parameter]
    public string? Checkpoint { get; set; }

    private protected override object? Input => _file;

    private protected override int? InputCount => _count;

    private protected override bool IsOneOfSeveral => base.IsOneOfSeveral || _count > 1;

    private protected override string Activity => "Uploading";

    private protected override IEnumerable<Contradiction> Contradictions() =>
    [
        .. base.Contradictions(),
        new(ExpiresAfter < ShortestLife || ExpiresAfter > LongestLife, "-ExpiresAfter must be an hour to 30 days, such as 7.00:00:00 for a week.", ExpiresAfter),
    ];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _checkpoint = Checkpoint is null ? null : UploadCheckpoint.Read(this, Checkpoint);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string[] files = Files();
        _count = MyInvocation.ExpectingInput ? null : files.Length;
        foreach (string file in files)
        {
            _file = file;
            AnswerInput();
        }
    }

    private protected override void Answer()
    {
        FileUpload upload;
        try
        {
            upload = new FileUpload(_file, Purpose) { ExpiresAfter = ExpiresAfter, PartSize = PartSize };
        }
        catch (IOException exception)
        {
            Report(Errors.FileNotReadable(exception, _file));
            return;
        }

        if (!Try(() => Target.Client, _file, out var client))
        {
            return;
        }

        var entry = _checkpoint?.Of(_file, upload, client);
        if (entry?.Done is OpenAIFile done)
        {
            WriteVerbose($"{SafeText.OneLine(_file)} was uploaded as {SafeText.OneLine(done.Id ?? "")}.");
            WriteObject(done);
            return;
        }

        if (MaySend(options => client.Files.CreateAsync(upload, options, Stop), file: null, target: _file) && Send(client, upload, entry, out var sent))
        {
            entry?.Finish(sent);
            WriteObject(sent);
            if (_checkpoint?.Fault is Exception fault)
            {
                // The next files would be uploaded, and the same command would upload them again.
                ThrowTerminatingError(Errors.FileNotWritable(fault, Checkpoint!));
            }
        }
    }

    private bool Send(OpenAIClient client, FileUpload upload, UploadCheckpoint.Entry? entry, out OpenAIFile sent)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var progress = NewProgress();
        upload.ResumeFrom = entry?.State;
        progress.Sending(upload.Length, upload.ResumeFrom?.SentBytes ?? 0);
        upload.OnPart = state =>
        {
            entry?.Note(state); // before anything else can happen
            Dispatcher.Post(() => progress.Sending(upload.Length, state.SentBytes));
        };
        try
        {
            return Try(() => Await((options, token) => client.Files.CreateAsync(upload, options, token), stop, progress), _file, out sent);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Report(Errors.FileNotReadable(exception, _file));
            sent = null!;
            return false;
        }
    }

    private string[] Files()
    {
        try
        {
            return ParameterSetName == nameof(Path) ? [.. InputFiles.Find(SessionState, Path)] : [.. InputFiles.FindLiteral(SessionState, LiteralPath)];
        }
        catch (InputFileException exception)
        {
            _file = exception.Path;
            Refuse(Errors.From(exception));
            return [];
        }
    }
}

/// <summary>The purposes of files.</summary>
public sealed class FilePurposeCompleter() : WordCompleter("user_data", "batch", "assistants", "fine-tune", "vision", "evals");

/// <summary>How long files are stored: an hour, a day, a week, 30 days.</summary>
public sealed class FileLifeCompleter() : WordCompleter("01:00:00", "1.00:00:00", "7.00:00:00", "30.00:00:00");
