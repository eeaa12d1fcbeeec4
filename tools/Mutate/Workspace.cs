using System.Text.RegularExpressions;

namespace OpenAIStream.Mutate;

/// <summary>A temporary copy of the repository in which the core has a single target, as Stryker requires.</summary>
internal sealed partial class Workspace : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("openaistream-mutate-").FullName;

    public string Root => Path.Combine(_folder, "repository");

    public string Core => Path.Combine(Root, "src", "OpenAIStream.Core");

    public string MutatedAssembly => Path.Combine(_folder, "OpenAIStream.Core.dll");

    public string StrykerOutput => Path.Combine(_folder, "stryker");

    public static async Task<Workspace> CreateAsync()
    {
        var workspace = new Workspace();
        string repository = (await Command.RunAsync(".", [], "git", "rev-parse", "--show-toplevel")).Trim();
        string files = await Command.RunAsync(repository, [], "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard");
        foreach (string file in files.Split('\0').Where(file => File.Exists(Path.Combine(repository, file))))
        {
            string copy = Path.Combine(workspace.Root, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(repository, file), copy);
        }

        workspace.UseOneTarget();
        string shared = Path.Combine(repository, "..", "shared"); // recorded streams, if there are any
        if (Directory.Exists(shared))
        {
            Directory.CreateSymbolicLink(Path.Combine(workspace._folder, "shared"), Path.GetFullPath(shared));
        }

        return workspace;
    }

    /// <summary>The core's sources whose folder or name starts with one of the patterns.</summary>
    /// <exception cref="CommandFailedException">There is none.</exception>
    public string[] FindSources(string[] patterns)
    {
        string[] sources = [.. Directory.EnumerateFiles(Core, "*.cs", SearchOption.AllDirectories).Select(Name).Order(StringComparer.Ordinal)];
        string[] found = [.. sources.Where(source => patterns.Any(pattern => source.StartsWith(pattern, StringComparison.OrdinalIgnoreCase)))];
        return found.Length > 0 ? found : throw new CommandFailedException($"No file in src/OpenAIStream.Core starts with {string.Join(" or ", patterns)}.");
    }

    /// <summary>The path of a source below the core's folder, with slashes.</summary>
    public string Name(string path) => Path.GetRelativePath(Core, path).Replace('\\', '/');

    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // After Ctrl+C a program that is ending may still write; the system cleans its temporary folder.
        }
    }

    private void UseOneTarget()
    {
        string project = Path.Combine(Core, "OpenAIStream.Core.csproj");
        File.WriteAllText(project, Targets().Replace(File.ReadAllText(project), "<TargetFramework>net8.0</TargetFramework>"));
    }

    [GeneratedRegex("<TargetFrameworks>.*</TargetFrameworks>")]
    private static partial Regex Targets();
}
