using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Speakers to identify in a transcription, with a sample of each.</summary>
/// <param name="Names">Their names.</param>
/// <param name="References">Their samples, as data URLs.</param>
internal sealed record KnownSpeakers(string[] Names, string[] References)
{
    private const int Most = 4;

    /// <summary>Reads names with files or data URLs, once for all recordings: problems end the cmdlet before anything is sent.</summary>
    public static KnownSpeakers Read(PSCmdlet cmdlet, IDictionary given) => InputFiles.ReadOrEnd(cmdlet, () =>
    {
        if (given.Count is 0 or > Most)
        {
            cmdlet.ThrowTerminatingError(Errors.BadArgument($"-KnownSpeaker contains {given.Count} speakers; a request accepts 1 to {Most}.", given));
        }

        DictionaryEntry[] speakers = [.. given.Cast<DictionaryEntry>()];
        return new KnownSpeakers(
            [.. speakers.Select(static speaker => Convert.ToString(speaker.Key, CultureInfo.InvariantCulture)!)],
            [.. speakers.Select(speaker => Reference(cmdlet.SessionState, speaker))]);
    });

    private static string Reference(SessionState session, DictionaryEntry speaker)
    {
        string path = TextTransformationAttribute.FileName(speaker.Value) ?? Convert.ToString(PlainValue.Base(speaker.Value), CultureInfo.InvariantCulture)!;
        if (path.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            return path;
        }

        string file = InputFiles.FindLiteral(session, [path]).First();
        string url = MediaFile.DataUrl(file);
        return url.StartsWith("data:image/", StringComparison.Ordinal) || url.StartsWith("data:application/pdf", StringComparison.Ordinal)
            ? throw new MediaFileException(MediaFileFault.UnsupportedType, file, $"'{file}' is not a recording. A speaker is identified by a recording of 2 to 10 seconds.")
            : url;
    }
}
