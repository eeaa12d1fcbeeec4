using System.Management.Automation;

namespace OpenAIStream;

/// <summary>The images that a request edits, and what guides the edit.</summary>
/// <param name="Images">The images; empty if a request creates one.</param>
/// <param name="Mask">Where to edit the first image.</param>
/// <param name="Markup">What is drawn over the first image.</param>
internal sealed record ImagesToEdit(ImageFile[] Images, ImageFile? Mask, ImageFile? Markup)
{
    public static readonly ImagesToEdit None = new([], null, null);

    private const int Most = 16;

    /// <summary>Reads the files, once for all prompts: problems end the cmdlet before anything is sent and paid for.</summary>
    public static ImagesToEdit Read(PSCmdlet cmdlet, string[] images, string? mask, string? markup) => InputFiles.ReadOrEnd(cmdlet, () =>
    {
        string[] paths = [.. InputFiles.Find(cmdlet.SessionState, images)];
        if (paths.Length is 0 or > Most)
        {
            cmdlet.ThrowTerminatingError(Errors.BadArgument(
                paths.Length == 0 ? "-ImagePath contains no file." : $"-ImagePath contains {paths.Length} files, but a request can edit at most {Most} images. Specify fewer files.", images));
        }

        return new ImagesToEdit([.. paths.Select(static path => ImageFile.Read(path))], Guide(cmdlet.SessionState, mask), Guide(cmdlet.SessionState, markup));
    });

    private static ImageFile? Guide(SessionState session, string? path) =>
        path is null ? null : ImageFile.ReadMask(InputFiles.FindLiteral(session, [path]).First());
}
