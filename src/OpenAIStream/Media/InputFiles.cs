using System.Collections.ObjectModel;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>The files that a parameter with paths names.</summary>
internal static class InputFiles
{
    /// <exception cref="InputFileException">There is none by a name, or none that matches a pattern.</exception>
    public static IEnumerable<string> Find(PSCmdlet cmdlet, string[] paths) => paths.SelectMany(path =>
    {
        // A name with brackets that is there is meant as it is.
        string literal = cmdlet.GetUnresolvedProviderPathFromPSPath(path);
        return File.Exists(literal) ? [literal] : Expand(cmdlet, path);
    });

    private static Collection<string> Expand(PSCmdlet cmdlet, string path)
    {
        try
        {
            var files = cmdlet.GetResolvedProviderPathFromPSPath(path, out _);
            return files.Count > 0 ? files : throw new InputFileException("PathNotFound", path, $"No file matches '{path}'.");
        }
        catch (ItemNotFoundException exception)
        {
            throw new InputFileException("PathNotFound", path, $"There is no file '{path}'.", exception);
        }
    }
}
