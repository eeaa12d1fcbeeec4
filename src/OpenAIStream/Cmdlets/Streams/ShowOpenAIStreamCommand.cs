using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Shows the text of chunks on the host as they arrive.</summary>
[Cmdlet(VerbsCommon.Show, "OpenAIStream", DefaultParameterSetName = nameof(InputObject))]
[OutputType(typeof(ChatCompletion), typeof(Completion), typeof(Response), typeof(ThreadRun), typeof(ImageResult), typeof(Transcription), typeof(SpeechEvent), typeof(FileInfo))]
public sealed class ShowOpenAIStreamCommand : PSCmdlet, IDisposable
{
    private static readonly string[] HostTags = ["PSHOST"];

    [ThreadStatic]
    private static int _inPipeline; // a pipeline has one thread

    private readonly StreamTurns _turns = new();
    private SourceJoiner? _joiner;
    private HostScreen? _screen;
    private Lazy<MarkdownStyle?>? _markdown;
    private Lazy<ImageView?>? _images;
    private StreamView? _view;
    private object? _shown; // the stream that is being shown
    private bool _hasBegun;

    /// <summary>The chunks, or whole answers.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = nameof(InputObject))]
    public ModelOutput InputObject { get; set; } = null!;

    /// <summary>Images in files, such as Invoke-OpenAIImage writes with -OutFile; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = nameof(ImagePath))]
    [Alias("FullName")]
    [SupportsWildcards]
    public string[] ImagePath { get; set; } = [];

    /// <summary>Writes the answer that the chunks add up to, after it has been shown.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Shows Markdown unformatted.</summary>
    [Parameter]
    public SwitchParameter Raw { get; set; }

    /// <summary>Writes a line after each answer with its model, its tokens and its speed.</summary>
    [Parameter]
    public SwitchParameter Summary { get; set; }

    /// <summary>How images are sent to the terminal. By default, the terminal is asked what it supports.</summary>
    [Parameter]
    public ImageProtocol ImageProtocol { get; set; }

    /// <summary>Whether text is shown by a pipeline on this thread.</summary>
    internal static bool IsInPipeline => _inPipeline > 0;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _inPipeline++;
        _hasBegun = true;
        _joiner = PassThru ? new SourceJoiner(WriteWarning, inTurns: true) : null;
        _screen = new HostScreen(Host, SessionState.PSVariable);
        _markdown = new Lazy<MarkdownStyle?>(() => Raw ? null : _screen.Markdown(InvokeCommand), isThreadSafe: false);
        _images = new Lazy<ImageView?>(() => _screen.Images(ImageProtocol), isThreadSafe: false);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == nameof(ImagePath))
        {
            ShowFiles();
            return;
        }

        foreach (var chunk in _turns.Add(InputObject))
        {
            Take(chunk);
        }

        if (_shown is StreamSource { IsOnePiece: true })
        {
            EndView(); // a whole answer ends with its only piece: its line waits for nothing
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var chunk in _turns.Finish())
        {
            Take(chunk);
        }

        EndView();
        LeavePipeline();
        this.WriteAnswers(_joiner?.Finish() ?? []);
    }

    /// <summary>Ends the line, so that the prompt begins on a new one, also after a stop or an error earlier in the pipeline.</summary>
    public void Dispose()
    {
        LeavePipeline();
        EndView();
    }

    private void LeavePipeline()
    {
        if (_hasBegun)
        {
            _hasBegun = false;
            _inPipeline--;
        }
    }

    private void Take(ModelOutput output)
    {
        if (output is StreamChunk chunk)
        {
            WriteEnded(chunk);
        }

        Show(output);
        if (output is Answer && PassThru)
        {
            EndView();
            WriteObject(output);
        }
    }

    /// <summary>Writes the answers whose end was shown before this chunk.</summary>
    private void WriteEnded(StreamChunk chunk)
    {
        IReadOnlyList<ModelOutput> ended;
        try
        {
            ended = _joiner?.Add(chunk) ?? [];
        }
        catch (ArgumentException exception)
        {
            WriteError(Errors.BadArgument(exception.Message, chunk));
            return;
        }
        catch (ApiException exception)
        {
            WriteError(Errors.From(exception, chunk));
            return;
        }

        if (ended.Count > 0)
        {
            EndView();
            this.WriteAnswers(ended);
        }
    }

    private void Show(ModelOutput chunk)
    {
        if (_view is null || StreamTurns.Source(chunk) != _shown)
        {
            EndView();
            _shown = StreamTurns.Source(chunk);
            _view = NewView();
        }

        _view.Width = _screen!.Width(); // the window may have changed
        Write(_view.Add(chunk));
    }

    private StreamView NewView() => new()
    {
        Style = _screen!.Style(),
        Width = _screen.Width(),
        Markdown = _markdown!.Value,
        Summary = Summary ? new AnswerSummary() : null,
        Images = Images,
    };

    private void ShowFiles()
    {
        foreach (var (path, image) in InputFiles.ReadOrEnd(this, () => InputFiles.Find(SessionState, ImagePath).Select(static path => (path, ImageFile.Read(path))).ToArray()))
        {
            EndView();
            _view = NewView();
            Write(_view.Add(new StreamPart(PartKind.Note, path, "", $"[image] {image.FileName}") { Image = () => image.Content }));
            EndView();
            if (PassThru)
            {
                WriteObject(new FileInfo(path));
            }
        }
    }

    /// <summary>Shows images in the window as it is now.</summary>
    private ImageView? Images()
    {
        if (_images!.Value is ImageView images)
        {
            (images.Width, images.Height) = (_screen!.Width(), _screen.Height());
        }

        return _images.Value;
    }

    private void EndView()
    {
        string rest = _view?.Finish() ?? "";
        _view = null;
        Write(rest);
    }

    /// <summary>Writes like Write-Host, so that 6> and -InformationAction apply here too.</summary>
    private void Write(string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        try
        {
            WriteInformation(new HostInformationMessage { Message = text, NoNewLine = true }, HostTags);
        }
        catch (PipelineStoppedException) when (_view is null)
        {
            Host.UI.Write(text); // Ctrl+C: a pipeline that is being stopped accepts nothing more, but the line still has to be ended
        }
    }
}
