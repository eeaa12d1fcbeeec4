using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Gives the text of recordings: with <c>-Stream</c> each event as it arrives, without it the whole transcription.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "OpenAITranscription", DefaultParameterSetName = nameof(Path), SupportsShouldProcess = true)]
[OutputType(typeof(Transcription), typeof(TranscriptionEvent), typeof(OpenStream<TranscriptionEvent>))]
public sealed class InvokeOpenAITranscriptionCommand : StreamingCmdlet<TranscriptionRequest, Transcription, TranscriptionEvent>
{
    private protected override DefaultModels Defaults => DefaultModels.Transcription;

    private string _file = "";
    private object? _input;
    private int? _count;
    private byte[] _audio = [];

    /// <summary>The recordings, one request each; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = nameof(Path))]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The recordings, their names taken as they are.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = nameof(LiteralPath))]
    [Alias("PSPath", "LP", "FullName")]
    public string[] LiteralPath { get; set; } = [];
    /// <summary>What comes through the pipeline, for the Input of answers.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The model to ask, or the deployment's name on Azure.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Deployment")]
    [ArgumentCompleter(typeof(TranscriptionModelCompleter))]
    public string? Model { get; set; }

    /// <summary>The language spoken, such as en. Without it, the model finds out.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(LanguageCompleter))]
    [TextTransformation]
    public string? Language { get; set; }

    /// <summary>Text that shows the style, or what came before.</summary>
    [Parameter]
    [TextTransformation]
    public string? Prompt { get; set; }

    /// <summary>Sampling temperature, 0 to 1; 0 is the most predictable.</summary>
    [Parameter]
    [OptionalRange(0.0, 1.0)]
    public double? Temperature { get; set; }

    /// <summary>The form of the answer: how much it tells beside the text.</summary>
    [Parameter]
    [Alias("response_format")]
    [ValidateSet("json", "verbose_json", "diarized_json")]
    public string ResponseFormat { get; set; } = "json";

    /// <summary>What to include besides, such as <c>logprobs</c>.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(TranscriptionIncludeCompleter))]
    [WordTransformation(typeof(TranscriptionIncludeCompleter))]
    public string[]? Include { get; set; }

    private protected override object? Input => _input;

    private protected override string? InputText => _file;

    private protected override int? InputCount => _count;

    private protected override string Activity => "Transcribing";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string[] files = Files();
        _count = MyInvocation.ExpectingInput ? null : files.Length;
        foreach (string file in files)
        {
            _file = file;
            _input = files.Length == 1 && InputObject is not null ? PipelineInput.Plain(InputObject) : file;
            if (TryRead(file, out _audio))
            {
                AnswerInput();
            }
        }
    }

    private protected override Task<SseStream<TranscriptionEvent>> OpenAsync(
        OpenAIClient client, TranscriptionRequest request, RequestOptions options, CancellationToken stop) =>
        client.Audio.Transcriptions.CreateStreamingAsync(request, options, stop);

    private protected override Task<Transcription> AskAsync(OpenAIClient client, TranscriptionRequest request, RequestOptions options, CancellationToken stop) =>
        client.Audio.Transcriptions.CreateAsync(request, options, stop);

    private protected override TranscriptionRequest ToRequest(OpenAIConnection connection) => new()
    {
        Audio = _audio,
        FileName = System.IO.Path.GetFileName(_file),
        Model = string.IsNullOrEmpty(Model) ? DefaultModel : Model,
        Language = Language is { Length: 2 } code ? code.ToLowerInvariant() : Language,
        Prompt = Prompt,
        Temperature = Temperature,
        ResponseFormat = ResponseFormat.ToLowerInvariant(),
        Include = Include,
    };

    /// <summary>What can be known to be wrong with any of the files is known before the first is sent.</summary>
    private string[] Files()
    {
        try
        {
            string[] files = ParameterSetName == nameof(Path) ? [.. InputFiles.Find(SessionState, Path)] : [.. InputFiles.FindLiteral(SessionState, LiteralPath)];
            return files.FirstOrDefault(Directory.Exists) is string directory
                ? throw new InputFileException("FileNotReadable", directory, $"'{directory}' is a directory; -{ParameterSetName} takes recordings.")
                : files;
        }
        catch (InputFileException exception)
        {
            _file = exception.Path;
            Refuse(Errors.From(exception));
            return [];
        }
    }

    private bool TryRead(string path, out byte[] content)
    {
        content = [];
        try
        {
            content = File.ReadAllBytes(path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Refuse(Errors.FileNotReadable(exception, path));
            return false;
        }
    }
}
