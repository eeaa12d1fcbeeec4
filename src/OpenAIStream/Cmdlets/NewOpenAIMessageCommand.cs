using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Creates a message from text, images, recordings and documents.</summary>
[Cmdlet(VerbsCommon.New, "OpenAIMessage", DefaultParameterSetName = nameof(Content))]
[OutputType(typeof(ChatMessage))]
public sealed class NewOpenAIMessageCommand : PSCmdlet
{
    private readonly List<JsonMap> _media = [];

    /// <summary>The text. A file from the pipeline is read, as with -LiteralPath.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = nameof(Content))]
    [Parameter(Position = 0, ParameterSetName = nameof(LiteralPath))]
    [Alias("Text")]
    [TextTransformation(LeavesFiles = true)]
    public object? Content { get; set; }

    /// <summary>The role.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RoleCompleter))]
    public string? Role { get; set; } = "user";

    /// <summary>Images (PNG, JPEG, GIF, WebP) to send with the message. Wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[] ImagePath { get; set; } = [];

    /// <summary>Addresses of images that the service downloads itself.</summary>
    [Parameter]
    public Uri[] ImageUrl { get; set; } = [];

    /// <summary>How closely the model looks at the images.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ImageDetailCompleter))]
    [WordTransformation(typeof(ImageDetailCompleter))]
    public string? Detail { get; set; }

    /// <summary>Recordings (WAV, MP3) to send with the message. Wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[] AudioPath { get; set; } = [];

    /// <summary>Documents (PDF) to send with the message. Wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[] FilePath { get; set; } = [];

    /// <summary>Ids of files that are stored at the service, as Send-OpenAIFile returns them.</summary>
    [Parameter]
    public string[] FileId { get; set; } = [];

    /// <summary>Files of any of these kinds, by their literal paths; each file from the pipeline becomes a message.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = nameof(LiteralPath))]
    [Alias("PSPath", "LP", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The maximum size of a file in bytes.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long MaximumSize { get; set; } = MediaFile.DefaultMaximumSize;

    /// <summary>Reads the files, once for all texts from the pipeline, so that problems are found before anything is sent.</summary>
    protected override void BeginProcessing()
    {
        if (!string.IsNullOrEmpty(Detail) && ImagePath.Length == 0 && ImageUrl.Length == 0 && ParameterSetName != nameof(LiteralPath))
        {
            ThrowTerminatingError(Errors.BadArgument("-Detail applies to the images in -ImagePath, -ImageUrl and -LiteralPath. Add one of them.", Detail));
        }

        if (TextTransformationAttribute.FileName(Content) is not null)
        {
            ThrowTerminatingError(Errors.BadArgument(TextTransformationAttribute.HasNoText(Content!).Message, Content));
        }

        if (!TryRead(() => Files(ImagePath).Select(path => MediaFile.Image(path, Detail, MaximumSize))
            .Concat(ImageUrl.Select(address => MediaFile.ImageUrl(Checked(address), Detail)))
            .Concat(Files(AudioPath).Select(path => MediaFile.Audio(path, MaximumSize)))
            .Concat(Files(FilePath).Select(path => MediaFile.Document(path, MaximumSize)))
            .Concat(FileId.Select(MediaFile.Kept))
            .Concat(Literal()), _media, out var error))
        {
            ThrowTerminatingError(error);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        List<JsonMap> media = [.. _media];
        if (MyInvocation.ExpectingInput && !TryRead(Literal, media, out var error))
        {
            WriteError(error);
            return;
        }

        string? text = Content as string;
        if (text is null && media.Count == 0)
        {
            WriteError(Errors.BadArgument("A message needs a text, or something else to send: -ImagePath, -ImageUrl, -AudioPath, -FilePath, -FileId or -LiteralPath.", null));
            return;
        }

        var message = new ChatMessage { Role = string.IsNullOrEmpty(Role) ? "user" : Role!.ToLowerInvariant() };
        message["content"] = media.Count == 0 ? text : text is null ? media : media.Prepend(MediaFile.Text(text)).ToArray();
        WriteObject(message);
    }

    private static bool TryRead(Func<IEnumerable<JsonMap>> parts, List<JsonMap> into, [NotNullWhen(false)] out ErrorRecord? error)
    {
        try
        {
            into.AddRange([.. parts()]);
            error = null;
            return true;
        }
        catch (MediaFileException exception)
        {
            error = Errors.From(exception);
        }
        catch (InputFileException exception)
        {
            error = Errors.From(exception);
        }

        return false;
    }

    private IEnumerable<JsonMap> Literal() => InputFiles.FindLiteral(SessionState, TextTransformationAttribute.FileName(Content) is string piped ? [piped] : LiteralPath).Select(path => MediaFile.Part(path, Detail, MaximumSize));

    private static string Checked(Uri address) =>
        address.IsAbsoluteUri && address.Scheme is "http" or "https" or "data"
            ? address.OriginalString
            : throw new InputFileException("BadImageUrl", address.OriginalString, $"'{address.OriginalString}' does not begin with https:, http: or data:. For a file, use -ImagePath.");

    private IEnumerable<string> Files(string[] paths) => InputFiles.Find(SessionState, paths);
}

/// <summary>The roles in a chat.</summary>
public sealed class RoleCompleter() : WordCompleter("user", "assistant", "system", "developer");

/// <summary>How closely a model looks at an image.</summary>
public sealed class ImageDetailCompleter() : WordCompleter("auto", "low", "high");
