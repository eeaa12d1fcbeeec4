using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Saves the content of files that are stored at the service.</summary>
[Cmdlet(VerbsData.Save, "OpenAIFile", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class SaveOpenAIFileCommand : IdCmdlet
{
    private string _folder = ""; // used if the names come from the service
    private OutputFile? _file;

    /// <summary>The ids of the files.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FileId")]
    public override string[] Id { get; set; } = [];

    /// <summary>The file to write, or a directory for files with their names from the service.</summary>
    [Parameter(Position = 1)]
    public string OutFile { get; set; } = ".";

    /// <summary>Replaces an existing file, even if it is read-only.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string Activity => "Downloading";

    private protected override IEnumerable<Contradiction> Contradictions() =>
    [
        .. base.Contradictions(),
        new((MyInvocation.ExpectingInput || Id.Length > 1) && !IsFolder(),
            "-OutFile is one file, but there are several files to save. Specify the path of a directory.", OutFile),
    ];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (IsFolder())
        {
            _folder = InputFiles.FullPath(SessionState, OutFile);
        }
        else
        {
            _file = OutputFile.At(this, OutFile, Force);
        }
    }

    private protected override void Answer(string id)
    {
        if (!Try(() => Target.Client, id, out var client)
            || !MaySend(options => client.Files.OpenAsync(id, options, Stop), file: _file?.Path ?? _folder, target: id))
        {
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var progress = NewProgress();
        var file = _file;
        OpenAIFile? kept = null;
        if (file is null)
        {
            if (!Try(() => Await((options, token) => client.Files.GetAsync(id, options, token), stop, progress), id, out var found))
            {
                return;
            }

            kept = found;
            file = OutputFile.In(this, _folder, FileNameOf(kept), Force);
        }

        if (Fault(file) is ErrorRecord fault)
        {
            Report(fault);
        }
        else if (Try(() => Await((options, token) => client.Files.OpenAsync(id, options, token), stop, progress), id, out var opened))
        {
            using var response = opened;
            if (Try(() => Await((options, token) => LengthAsync(client, id, response, kept, options, token), stop, progress), id, out long? bytes)
                && Save(response.Body, file, progress, bytes ?? response.ContentLength, bytes))
            {
                WriteObject(new FileInfo(file.Path));
            }
        }
    }

    /// <summary>The number of bytes that the content must have; null if it is not known.</summary>
    /// <exception cref="ApiException">The service sent an error in place of the content. Content that is the JSON of an error has the announced length.</exception>
    private static async Task<long?> LengthAsync(OpenAIClient client, string id, ApiResponse response, OpenAIFile? kept, RequestOptions options, CancellationToken stop)
    {
        if (await response.FindErrorAsync(stop).ConfigureAwait(false) is not ApiException error)
        {
            return kept?.Bytes;
        }

        kept ??= await client.Files.GetAsync(id, options, stop).ConfigureAwait(false);
        long? length = response.ContentLength ?? (error.Body is string body ? (long?)System.Text.Encoding.UTF8.GetByteCount(body) : null);
        return kept.Bytes is long bytes && bytes == length ? bytes : throw error;
    }

    private ErrorRecord? Fault(OutputFile file) => !Force && File.Exists(file.Path)
        ? Errors.FileNotWritable(new IOException($"'{file.Path}' already exists. Use -Force to replace it, or -OutFile to specify another file or directory."), file.Path)
        : file.Fault();

    private bool IsFolder()
    {
        try
        {
            return Directory.Exists(InputFiles.FullPath(SessionState, OutFile));
        }
        catch (InputFileException)
        {
            return false; // which is reported with the file
        }
    }

    /// <summary>The name of a file at the service, as a name in this directory: parts that lead elsewhere, or are not valid here, are removed.</summary>
    private static string FileNameOf(OpenAIFile file)
    {
        string name = (file.Filename ?? "").Replace('\\', '/').Split('/').Last();
        name = SafeText.OneLine(name); // invisible characters can make it look like another name
        char[] refused = [.. Path.GetInvalidFileNameChars(), ':', '*', '?', '"', '<', '>', '|'];
        name = string.Concat(name.Select(c => refused.Contains(c) || char.IsControl(c) ? '_' : c)).Trim(' ', '.');
        return name.Length > 0 ? name : string.Concat((file.Id ?? "file").Select(static c => char.IsLetterOrDigit(c) || c is '-' or '_' ? c : '_'));
    }
}
