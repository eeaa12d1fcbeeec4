using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Makes a message of text, images, recordings and documents.</summary>
[Cmdlet(VerbsCommon.New, "OpenAIMessage")]
[OutputType(typeof(ChatMessage))]
public sealed class NewOpenAIMessageCommand : PSCmdlet
{
    private readonly List<JsonMap> _media = [];

    /// <summary>The text.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Text")]
    [TextTransformation]
    public string? Content { get; set; }

    /// <summary>Who speaks.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RoleCompleter))]
    public string? Role { get; set; } = "user";

    /// <summary>Images (PNG, JPEG, GIF, WebP) to send with it; wildcards are expanded.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[] ImagePath { get; set; } = [];

    /// <summary>Addresses of images that the service fetches itself.</summary>
    [Parameter]
    public Uri[] ImageUrl { get; set; } = [];

    /// <summary>How closely the model looks at the images.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ImageDetailCompleter))]
    [WordTransformation(typeof(ImageDetailCompleter))]
    public string? Detail { get; set; }

    /// <summary>Recordings (WAV, MP3) to send with it; wildcards are expanded.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[] AudioPath { get; set; } = [];

    /// <summary>Documents (PDF) to send with it; wildcards are expanded.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[] FilePath { get; set; } = [];

    /// <summary>The most bytes that a file may have.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long MaximumSize { get; set; } = MediaFile.DefaultMaximumSize;

    /// <summary>Reads the files, once for all texts from the pipeline: what is wrong with them is known before anything is sent.</summary>
    protected override void BeginProcessing()
    {
        if (!string.IsNullOrEmpty(Detail) && ImagePath.Length == 0 && ImageUrl.Length == 0)
        {
            ThrowTerminatingError(Errors.BadArgument("-Detail is about the images in -ImagePath and -ImageUrl, and there are none.", Detail));
        }

        try
        {
            _media.AddRange(Files(ImagePath).Select(path => MediaFile.Image(path, Detail, MaximumSize)));
            _media.AddRange(ImageUrl.Select(address => MediaFile.ImageUrl(Checked(address), Detail)));
            _media.AddRange(Files(AudioPath).Select(path => MediaFile.Audio(path, MaximumSize)));
            _media.AddRange(Files(FilePath).Select(path => MediaFile.Document(path, MaximumSize)));
        }
        catch (MediaFileException exception)
        {
            ThrowTerminatingError(Errors.From(exception));
        }
        catch (InputFileException exception)
        {
            ThrowTerminatingError(Errors.From(exception));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Content is null && _media.Count == 0)
        {
            WriteError(Errors.BadArgument("A message needs a text, or something else to send: -ImagePath, -ImageUrl, -AudioPath or -FilePath.", null));
            return;
        }

        var message = new ChatMessage { Role = string.IsNullOrEmpty(Role) ? "user" : Role!.ToLowerInvariant() };
        message["content"] = _media.Count == 0 ? Content : Content is null ? _media : _media.Prepend(MediaFile.Text(Content)).ToArray();
        WriteObject(message);
    }

    private static string Checked(Uri address) =>
        address.IsAbsoluteUri && address.Scheme is "http" or "https" or "data"
            ? address.OriginalString
            : throw new InputFileException("BadImageUrl", address.OriginalString, $"'{address.OriginalString}' is no address that begins with https:, http: or data:. For a file use -ImagePath.");

    private IEnumerable<string> Files(string[] paths) => InputFiles.Find(this, paths);
}

/// <summary>Who can speak in a chat.</summary>
public sealed class RoleCompleter() : WordCompleter("user", "assistant", "system", "developer");

/// <summary>How closely a model looks at an image.</summary>
public sealed class ImageDetailCompleter() : WordCompleter("auto", "low", "high");
