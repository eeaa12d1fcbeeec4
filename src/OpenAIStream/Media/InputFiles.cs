using System.Collections.ObjectModel;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Converts PowerShell paths (drives, ~, providers, wildcards) to file system paths, in the same way for all parameters.</summary>
internal static class InputFiles
{
    private const string Provider = "FileSystem";

    /// <summary>The file system path of a literal path. The file need not exist.</summary>
    /// <exception cref="InputFileException">Its drive or provider does not exist, or it is not a file system path.</exception>
    public static string FullPath(SessionState session, string path)
    {
        if (string.IsNullOrEmpty(path))
        {
            throw new InputFileException("PathNotFound", "", "A path is empty. Specify the path of a file.");
        }

        try
        {
            string full = session.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            return provider.Name == Provider ? full : throw NotAFile(path, provider);
        }
        catch (SessionStateException exception) // the drive or provider does not exist
        {
            throw new InputFileException("PathNotFound", path, exception.Message, exception);
        }
    }

    /// <summary>The files that match the patterns of a parameter; if a file with brackets in its name exists, the name is used literally.</summary>
    /// <exception cref="InputFileException">A file does not exist, no file matches a pattern, or it is not a file system path.</exception>
    public static IEnumerable<string> Find(SessionState session, IEnumerable<string> paths) => paths.SelectMany(path =>
    {
        string literal = FullPath(session, path);
        return File.Exists(literal) ? [literal] : Expand(session, path);
    });

    /// <summary>The files in the literal paths of a parameter.</summary>
    /// <exception cref="InputFileException">A file does not exist, or it is not a file system path.</exception>
    public static IEnumerable<string> FindLiteral(SessionState session, IEnumerable<string> paths) => paths.Select(path =>
    {
        string full = FullPath(session, path);
        return File.Exists(full) || Directory.Exists(full) ? full : throw NotFound(path, null);
    });

    /// <summary>Reads files of parameters, once for all prompts: problems end the cmdlet before anything is sent.</summary>
    public static T ReadOrEnd<T>(PSCmdlet cmdlet, Func<T> read)
    {
        ErrorRecord fault;
        try
        {
            return read();
        }
        catch (InputFileException exception)
        {
            fault = Errors.From(exception);
        }
        catch (MediaFileException exception)
        {
            fault = Errors.FromUpload(exception);
        }

        cmdlet.ThrowTerminatingError(fault);
        throw fault.Exception; // never reached
    }

    private static Collection<string> Expand(SessionState session, string path)
    {
        try
        {
            var files = session.Path.GetResolvedProviderPathFromPSPath(path, out var provider);
            return provider.Name != Provider ? throw NotAFile(path, provider)
                : files.Count > 0 ? files
                : throw new InputFileException("PathNotFound", path, $"No file matches '{path}'.");
        }
        catch (ItemNotFoundException exception)
        {
            throw NotFound(path, exception);
        }
    }

    private static InputFileException NotFound(string path, Exception? reason) => new InputFileException("PathNotFound", path, $"The file '{path}' does not exist.", reason);

    private static InputFileException NotAFile(string path, ProviderInfo provider) =>
        new InputFileException("NotAFile", path, $"'{path}' is a path of the provider {provider.Name}, not of a file. Specify a path in the file system.");
}
