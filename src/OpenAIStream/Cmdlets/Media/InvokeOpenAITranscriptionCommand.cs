using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Turns recordings into text: with <c>-Stream</c> each event as it arrives, without it the whole transcription.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "OpenAITranscription", DefaultParameterSetName = nameof(Path), SupportsShouldProcess = true)]
[OutputType(typeof(Transcription), typeof(TranscriptionEvent), typeof(OpenStream<TranscriptionEvent>))]
public sealed class InvokeOpenAITranscriptionCommand : StreamingCmdlet<TranscriptionRequest, Transcription, TranscriptionEvent>
{
    private protected override DefaultModels Defaults => DefaultModels.Transcription;

    private string _file = "";
    private object? _input;
    private int? _count;
    private byte[] _audio = [];
    private KnownSpeakers? _speakers;

    /// <summary>The recordings, one request each. Wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = nameof(Path))]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The recordings, by their literal paths.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = nameof(LiteralPath))]
    [Alias("PSPath", "LP", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The piped object, for the Input of answers.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The model to use, or on Azure the name of the deployment.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Deployment")]
    [ArgumentCompleter(typeof(TranscriptionModelCompleter))]
    public string? Model { get; set; }

    /// <summary>The spoken language, such as en, or the possible languages. Without it, the model detects the language.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(LanguageCompleter))]
    [TextTransformation(IsList = true)]
    public string[]? Language { get; set; }

    /// <summary>Text that shows the style, or the text before this recording.</summary>
    [Parameter]
    [TextTransformation]
    public string? Prompt { get; set; }

    /// <summary>Words and phrases to expect, such as names.</summary>
    [Parameter]
    [Alias("keywords")]
    [TextTransformation(IsList = true)]
    public string[]? Keyword { get; set; }

    /// <summary>The sampling temperature, 0 to 1; 0 is the most predictable.</summary>
    [Parameter]
    [OptionalRange(0.0, 1.0)]
    public double? Temperature { get; set; }

    /// <summary>The format of the answer: which details it contains besides the text, or plain text, with times in srt and vtt.</summary>
    [Parameter]
    [Alias("response_format")]
    [ValidateSet("json", "text", "srt", "verbose_json", "vtt", "diarized_json")]
    public string ResponseFormat { get; set; } = "json";

    /// <summary>With verbose_json: the times to return.</summary>
    [Parameter]
    [Alias("timestamp_granularities")]
    [ArgumentCompleter(typeof(TimestampGranularityCompleter))]
    [WordTransformation(typeof(TimestampGranularityCompleter))]
    public string[]? TimestampGranularity { get; set; }

    /// <summary>How the audio is split: auto, or a hashtable with the settings of voice activity detection.</summary>
    [Parameter]
    [Alias("chunking_strategy")]
    [ArgumentCompleter(typeof(ChunkingStrategyCompleter))]
    public object? ChunkingStrategy { get; set; }

    /// <summary>Up to 4 known speakers by name, each with a recording of 2 to 10 seconds, or a data URL.</summary>
    [Parameter]
    [DictionaryTransformation]
    public object? KnownSpeaker { get; set; }

    /// <summary>Additional data to include, such as <c>logprobs</c>.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(TranscriptionIncludeCompleter))]
    [WordTransformation(typeof(TranscriptionIncludeCompleter))]
    public string[]? Include { get; set; }

    private protected override object? Input => _input;

    private protected override string? InputText => _file;

    private protected override int? InputCount => _count;

    private protected override string Activity => "Transcribing";

    private bool IsPlainText => ResponseFormat.ToLowerInvariant() is "text" or "srt" or "vtt";

    private protected override IEnumerable<Contradiction> Contradictions() =>
    [
        .. base.Contradictions(),
        new(Stream && IsPlainText, $"-ResponseFormat {ResponseFormat} is plain text, which is returned as a whole, and -Stream returns events. Use one of them.", ResponseFormat),
        new(TimestampGranularity is not null && !ResponseFormat.Equals("verbose_json", StringComparison.OrdinalIgnoreCase),
            "-TimestampGranularity applies to the times in verbose_json. Add -ResponseFormat verbose_json.", TimestampGranularity),
    ];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _speakers = KnownSpeaker is null ? null : KnownSpeakers.Read(this, (IDictionary)PlainValue.Base(KnownSpeaker));
    }

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
        Language = Language is [var language] ? Code(language) : null,
        Languages = Language is { Length: > 1 } ? Array.ConvertAll(Language, Code) : null,
        Prompt = Prompt,
        Keywords = Keyword,
        Temperature = Temperature,
        ResponseFormat = ResponseFormat.ToLowerInvariant(),
        TimestampGranularities = TimestampGranularity,
        ChunkingStrategy = Chunking(ChunkingStrategy),
        KnownSpeakerNames = _speakers?.Names,
        KnownSpeakerReferences = _speakers?.References,
        Include = Include,
    };

    private static string Code(string language) => language.Length == 2 ? language.ToLowerInvariant() : language;

    /// <exception cref="ArgumentException">It is neither a word nor names and values.</exception>
    private static object? Chunking(object? given)
    {
        object? plain = Dictionaries.Unwrap(given);
        if (plain is null or string)
        {
            return plain is string word ? new ChunkingStrategyCompleter().Find(word) ?? word : null;
        }

        var strategy = plain as JsonModel ?? (plain is IDictionary fields
            ? JsonModel.FromFields<TranscriptionChunking>(fields)
            : throw new ArgumentException($"-{nameof(ChunkingStrategy)} must be auto, or a hashtable such as @{{ type = 'server_vad'; threshold = 0.5 }}."));
        if (!strategy.Contains("type"))
        {
            strategy["type"] = "server_vad";
        }

        return strategy;
    }

    /// <summary>Finds problems with any of the files before the first is sent.</summary>
    private string[] Files()
    {
        try
        {
            string[] files = ParameterSetName == nameof(Path) ? [.. InputFiles.Find(SessionState, Path)] : [.. InputFiles.FindLiteral(SessionState, LiteralPath)];
            return files.FirstOrDefault(Directory.Exists) is string directory
                ? throw new InputFileException("FileNotReadable", directory, $"'{directory}' is a directory; -{ParameterSetName} requires recordings.")
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
            content = MediaFile.Content(path, int.MaxValue); // the service has its own limit
            return true;
        }
        catch (MediaFileException exception)
        {
            Refuse(Errors.FromUpload(exception));
            return false;
        }
    }
}
