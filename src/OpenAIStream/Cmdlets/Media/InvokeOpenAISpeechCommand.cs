using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Turns text into speech: to a file as the audio arrives, or with <c>-Stream</c> as events with audio.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "OpenAISpeech", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo), typeof(SpeechEvent), typeof(OpenStream<SpeechEvent>))]
public sealed class InvokeOpenAISpeechCommand : PromptCmdlet<SpeechRequest, SpeechEvent, SpeechEvent>
{
    private const string DefaultVoice = "alloy";

    private OutputFile? _file;
    private int _written;

    /// <summary>The text to speak.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Input", "Prompt")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? Text { get; set; }

    /// <summary>The voice.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(VoiceCompleter))]
    [WordTransformation(typeof(VoiceCompleter))]
    public string? Voice { get; set; } = DefaultVoice;

    /// <summary>
    /// The file to write; an existing file is replaced once all content has arrived. A path without an extension gets that
    /// of the format, and the files for several texts get -1, -2 and so on.
    /// </summary>
    [Parameter]
    public string? OutFile { get; set; }

    /// <summary>Replaces a file even if it is read-only.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The model to use, or on Azure the name of the deployment.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Deployment")]
    [ArgumentCompleter(typeof(SpeechModelCompleter))]
    public string? Model { get; set; }

    /// <summary>How to speak, such as cheerfully.</summary>
    [Parameter]
    [TextTransformation]
    public string? Instructions { get; set; }

    /// <summary>The format. Without it: that of the extension of -OutFile, otherwise the default of the service, which is mp3.</summary>
    [Parameter]
    [Alias("response_format")]
    [ArgumentCompleter(typeof(AudioFormatCompleter))]
    [WordTransformation(typeof(AudioFormatCompleter))]
    public string? ResponseFormat { get; set; }

    /// <summary>The speed; 1 is the normal speed.</summary>
    [Parameter]
    [OptionalRange(0.25, 4.0)]
    public double? Speed { get; set; }

    private protected override DefaultModels Defaults => DefaultModels.Speech;

    private protected override PromptReader Reader { get; } = new(PromptKind.Text, nameof(Text), "Input", "Prompt", "Message");

    private protected override PSObject? Given => Text;

    private protected override string? SetByRow => NameIfSet(nameof(Model), Model);

    private protected override string Activity => "Creating speech";

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _file = OutFile is null ? null : OutputFile.At(this, OutFile, Force);
    }

    private protected override IEnumerable<Contradiction> Contradictions() =>
    [
        .. base.Contradictions(),
        new(Stream == OutFile is not null, "Specify -OutFile to write speech to a file, or -Stream to get it as events, but not both.", OutFile),
        new(Force && OutFile is null, "-Force applies to the file in -OutFile. Add -OutFile."),
        new(OutFile is not null && ThrottleLimit > 1, "-OutFile writes one file after another, and -ThrottleLimit overlaps requests. Use one of them.", OutFile),
    ];

    private protected override void Answer()
    {
        if (_file is null)
        {
            base.Answer();
            return;
        }

        var file = _file.With(IsOneOfSeveral ? $"-{++_written}" : "", ResponseFormat ?? "mp3");
        if (!Try(Prepare, Input, out var prepared))
        {
            return;
        }

        if (FindKeptFile(prepared.Request) is string kept)
        {
            WriteObject(new FileInfo(kept));
        }
        else if (MaySend(options => prepared.Client.Audio.CreateSpeechAsync(prepared.Request, options, Stop), prepared.Request.Model, file.Path, Input)
            && IsWritable(file)
            && Save(prepared.Client, prepared.Request, file))
        {
            KeepFile(file.Path);
            WriteObject(new FileInfo(file.Path));
        }
    }

    private protected override Task<SseStream<SpeechEvent>> OpenAsync(OpenAIClient client, SpeechRequest request, RequestOptions options, CancellationToken stop) =>
        client.Audio.CreateSpeechStreamingAsync(request, options, stop);

    private protected override Task<SpeechEvent> AskAsync(OpenAIClient client, SpeechRequest request, RequestOptions options, CancellationToken stop) =>
        throw new InvalidOperationException("Without -Stream, the audio is written to a file.");

    private protected override SpeechRequest ToRequest(OpenAIConnection connection) => new()
    {
        Model = Chosen(nameof(Model), Model) ?? DefaultModel,
        Input = (string)CurrentPrompt!,
        Voice = string.IsNullOrEmpty(Voice) ? DefaultVoice : Voice,
        Instructions = Instructions,
        ResponseFormat = ResponseFormat ?? FormatOf(_file?.Extension),
        Speed = Speed,
    };

    private bool IsWritable(OutputFile file)
    {
        if (file.Fault() is not ErrorRecord fault)
        {
            return true;
        }

        Report(fault);
        return false;
    }

    private bool Save(OpenAIClient client, SpeechRequest request, OutputFile file)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var progress = NewProgress();
        return Try(() => Await((options, token) => client.Audio.CreateSpeechAsync(request, options, token), stop, progress), Input, out var audio)
            && Save(audio, file, progress);
    }

    // A default is not sent.
    private static string? FormatOf(string? extension) => extension is "opus" or "aac" or "flac" or "wav" or "pcm" ? extension : null;
}

/// <summary>Voices.</summary>
public sealed class VoiceCompleter() : WordCompleter("alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer", "verse");

/// <summary>Formats of speech.</summary>
public sealed class AudioFormatCompleter() : WordCompleter("mp3", "opus", "aac", "flac", "wav", "pcm");
