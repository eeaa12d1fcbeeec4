using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// Creates images, or with <c>-ImagePath</c> edits them: as objects, or with <c>-OutFile</c> as files. With <c>-Stream</c>,
/// partial images are written as they arrive.
/// </summary>
[Cmdlet(VerbsLifecycle.Invoke, "OpenAIImage", SupportsShouldProcess = true)]
[OutputType(typeof(ImageResult), typeof(ImageEvent), typeof(FileInfo), typeof(OpenStream<ImageEvent>))]
public sealed class InvokeOpenAIImageCommand : PromptCmdlet<ImageRequest, ImageResult, ImageEvent>
{
    private protected override DefaultModels Defaults => DefaultModels.Image;

    private OutputFile? _file;
    private ImagesToEdit _images = ImagesToEdit.None;
    private int _written;

    /// <summary>What the image shows, or what to change in it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? Prompt { get; set; }

    /// <summary>The model to use, or on Azure the name of the deployment.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Deployment")]
    [ArgumentCompleter(typeof(ImageModelCompleter))]
    public string? Model { get; set; }

    /// <summary>The images to edit, up to 16, all in one request. Wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[]? ImagePath { get; set; }

    /// <summary>With -ImagePath: a PNG with the size of the first image, whose transparent areas are edited.</summary>
    [Parameter]
    public string? MaskPath { get; set; }

    /// <summary>With -ImagePath: a transparent PNG with the size of the first image, drawn over it to guide the edit.</summary>
    [Parameter]
    public string? MarkupPath { get; set; }

    /// <summary>With -ImagePath: how closely to follow the images, especially faces.</summary>
    [Parameter]
    [Alias("input_fidelity")]
    [ArgumentCompleter(typeof(InputFidelityCompleter))]
    [WordTransformation(typeof(InputFidelityCompleter))]
    public string? InputFidelity { get; set; }

    /// <summary>
    /// The file to write; an existing file is replaced. A path without an extension gets that of the format, and several
    /// images get -1, -2 and so on.
    /// </summary>
    [Parameter]
    public string? OutFile { get; set; }

    /// <summary>Replaces a file even if it is read-only.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>With -Stream and -OutFile: also saves partial images, as name.partial-0.png and so on.</summary>
    [Parameter]
    public SwitchParameter KeepPartial { get; set; }

    /// <summary>The number of images.</summary>
    [Parameter]
    [OptionalRange(1, int.MaxValue)]
    public int? N { get; set; }

    /// <summary>The width and height in pixels, such as 1024x1024, or auto.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ImageSizeCompleter))]
    [WordTransformation(typeof(ImageSizeCompleter))]
    public string? Size { get; set; }

    /// <summary>The quality.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ImageQualityCompleter))]
    [WordTransformation(typeof(ImageQualityCompleter))]
    public string? Quality { get; set; }

    /// <summary>The background.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ImageBackgroundCompleter))]
    [WordTransformation(typeof(ImageBackgroundCompleter))]
    public string? Background { get; set; }

    /// <summary>The format. Without it: that of the extension of -OutFile, otherwise the default of the service, which is png.</summary>
    [Parameter]
    [Alias("output_format")]
    [ArgumentCompleter(typeof(ImageFormatCompleter))]
    [WordTransformation(typeof(ImageFormatCompleter))]
    public string? OutputFormat { get; set; }

    /// <summary>The compression level of webp and jpeg: 100 keeps the most detail.</summary>
    [Parameter]
    [Alias("output_compression")]
    [OptionalRange(0, 100)]
    public int? OutputCompression { get; set; }

    /// <summary>How strictly the service moderates content.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ImageModerationCompleter))]
    [WordTransformation(typeof(ImageModerationCompleter))]
    public string? Moderation { get; set; }

    /// <summary>With -Stream: the number of partial images to send.</summary>
    [Parameter]
    [Alias("partial_images")]
    [OptionalRange(0, 3)]
    public int? PartialImages { get; set; }

    /// <summary>A stable name for the end user, for abuse detection.</summary>
    [Parameter]
    [TextTransformation]
    public string? User { get; set; }

    /// <summary>Less common settings, by their names: <c>@{ FrameCount = 12; FrameDurationMs = 100 }</c>.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ImageOptionsCompleter))]
    public ImageOptions? Options { get; set; }

    private protected override RequestValues? Values => Options;

    private protected override PromptReader Reader { get; } = new(PromptKind.Text, nameof(Prompt), "Message");

    private protected override PSObject? Given => Prompt;

    private protected override string? SetByRow => NameIfSet(nameof(Model), Model);

    private protected override string Activity => ImagePath is null ? "Creating an image" : "Editing an image";

    private protected override bool IsSlow => true;

    private protected override string? OutputPath => _file?.Path;

    private bool MayBeSeveral => N > 1 || IsOneOfSeveral;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _file = OutFile is null ? null : OutputFile.At(this, OutFile, Force);
        _images = ImagePath is null ? ImagesToEdit.None : ImagesToEdit.Read(this, ImagePath, MaskPath, MarkupPath);
    }

    private protected override IEnumerable<Contradiction> Contradictions() =>
    [
        .. base.Contradictions(),
        new(PartialImages is not null && !Stream, "-PartialImages requires a stream. Add -Stream."),
        new(KeepPartial && (!Stream || OutFile is null), "-KeepPartial saves the partial images of a stream as files. Add -Stream and -OutFile."),
        new(ImagePath is null && MyInvocation.BoundParameters.ContainsKey(nameof(ImagePath)), "-ImagePath is empty, so the request would create a new image. If you want that, remove -ImagePath."),
        new(ImagePath is null && MaskPath is not null, "-MaskPath specifies where to edit the image in -ImagePath. Add -ImagePath.", MaskPath),
        new(ImagePath is null && MarkupPath is not null, "-MarkupPath is drawn over the image in -ImagePath. Add -ImagePath.", MarkupPath),
        new(ImagePath is null && InputFidelity is not null, "-InputFidelity applies to the images in -ImagePath. Add -ImagePath.", InputFidelity),
        new(MaskPath is not null && MarkupPath is not null, "-MaskPath and -MarkupPath cannot be combined. Use one of them.", MarkupPath),
        new(Force && OutFile is null, "-Force applies to the file in -OutFile. Add -OutFile."),
        new(OutFile is not null && NoEnumerate, "-NoEnumerate returns the open stream, and -OutFile reads it. Use one of them.", OutFile),
        new(OutFile is not null && ThrottleLimit > 1, "-OutFile numbers files in the order of the prompts, and -ThrottleLimit changes that order. Use one of them.", OutFile),
    ];

    private protected override ErrorRecord? FileFault() => _file is null ? null
        : Enumerable.Range(1, N ?? 1).Select(number => _file.With(MayBeSeveral ? $"-{_written + number}" : "", OutputFormat ?? "png").Fault()).FirstOrDefault(static fault => fault is not null);

    private protected override Task<SseStream<ImageEvent>> OpenAsync(OpenAIClient client, ImageRequest request, RequestOptions options, CancellationToken stop) =>
        client.Images.CreateStreamingAsync(request, options, stop);

    private protected override Task<ImageResult> AskAsync(OpenAIClient client, ImageRequest request, RequestOptions options, CancellationToken stop) =>
        client.Images.CreateAsync(request, options, stop);

    private protected override ImageRequest ToRequest(OpenAIConnection connection) => new()
    {
        Images = _images.Images,
        Mask = _images.Mask,
        Markup = _images.Markup,
        Model = Chosen(nameof(Model), Model) ?? DefaultModel,
        Prompt = (string)CurrentPrompt!,
        N = N,
        Size = Size,
        Quality = Quality,
        Background = Background,
        OutputFormat = OutputFormat ?? FormatOf(_file?.Extension),
        OutputCompression = OutputCompression,
        Moderation = Moderation,
        PartialImages = Stream ? PartialImages : null,
        InputFidelity = InputFidelity,
        User = User,
    };

    private protected override void Deliver(ModelOutput output)
    {
        if (output is ImageEvent { IsCompleted: false } partial && !ShowsItself)
        {
            Progress?.Say($"partial image {partial.ImageIndex + 1}");
        }

        if (_file is not null && output is ImageEvent { Type: null } all)
        {
            output = Joined(all); // all images at once, from a service that does not stream
        }

        if (_file is null)
        {
            WriteObject(output);
            return;
        }

        switch (output)
        {
            case ImageResult result:
                foreach (var image in result.Data)
                {
                    Save(image.ToBytes, Name(result.Data.Count > 1), result["output_format"] as string);
                }

                break;
            case ImageEvent { IsCompleted: true } image:
                Save(image.ToBytes, Name(false), image.OutputFormat);
                break;
            case ImageEvent image when KeepPartial && image.Contains("b64_json"): // not by its text, which would have to be created
                string number = MayBeSeveral ? $"-{_written + 1}" : "";
                Save(image.ToBytes, $"{number}.partial-{image.ImageIndex}", image.OutputFormat);
                break;
            default:
                break; // a partial image that is not kept, or an event of an unknown kind
        }
    }

    /// <summary>The suffix of the next finished image's name.</summary>
    private string Name(bool isOneOfSeveral)
    {
        _written++;
        return isOneOfSeveral || MayBeSeveral ? $"-{_written}" : "";
    }

    private static ImageResult Joined(ImageEvent all)
    {
        var images = new ImageAccumulator();
        images.Add(all);
        return images.Whole;
    }

    private void Save(Func<byte[]> read, string suffix, string? format)
    {
        var file = _file!.With(suffix, format ?? OutputFormat ?? "png");
        if (!Try(read, Input, out byte[] image))
        {
            return;
        }

        try
        {
            file.Write(image);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Report(Errors.FileNotWritable(exception, file.Path));
            return;
        }

        WriteObject(new FileInfo(file.Path));
    }

    // A default is not sent: older models know no formats.
    private static string? FormatOf(string? extension) => extension switch
    {
        "jpg" or "jpeg" => "jpeg",
        "webp" or "gif" or "svg" => extension,
        _ => null,
    };
}
