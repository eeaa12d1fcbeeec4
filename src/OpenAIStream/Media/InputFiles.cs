using System.Collections.ObjectModel;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Paths as PowerShell knows them (drives, ~, providers, wildcards), as paths of the file system: one way for all parameters.</summary>
internal static class InputFiles
{
    private const string Provider = "FileSystem";

    /// <summary>Where a path leads, taken as it is. Nothing need be there.</summary>
    /// <exception cref="InputFileException">Its drive or provider is not there, or it leads to no file system.</exception>
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
        catch (SessionStateException exception) // no such drive or provider
        {
            throw new InputFileException("PathNotFound", path, exception.Message, exception);
        }
    }

    /// <summary>The files that a parameter with patterns names; a name with brackets that is there is meant as it is.</summary>
    /// <exception cref="InputFileException">There is none by a name, none that matches a pattern, or it leads to no file system.</exception>
    public static IEnumerable<string> Find(SessionState session, IEnumerable<string> paths) => paths.SelectMany(path =>
    {
        string literal = FullPath(session, path);
        return File.Exists(literal) ? [literal] : Expand(session, path);
    });

    /// <summary>The files that a parameter names as they are.</summary>
    /// <exception cref="InputFileException">There is none by a name, or it leads to no file system.</exception>
    public static IEnumerable<string> FindLiteral(SessionState session, IEnumerable<string> paths) => paths.Select(path =>
    {
        string full = FullPath(session, path);
        return File.Exists(full) || Directory.Exists(full) ? full : throw NotFound(path, null);
    });

    /// <summary>Reads files that parameters name, once for all prompts: what is wrong with them ends the cmdlet before anything is sent.</summary>
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
