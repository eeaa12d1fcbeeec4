using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Xunit;

// The tests measure how fast a connection closes, and they share the module's connections: one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace OpenAIStream.Tests.Engine;

/// <summary>Setup that must happen before any type of the engine is used.</summary>
internal static class Setup
{
    /// <summary>The manifest of the built module.</summary>
    public static string ModulePath { get; } = Environment.GetEnvironmentVariable("OPENAISTREAM_TESTED") ?? Metadata("ModulePath");

    [ModuleInitializer]
    internal static void BeforeEverything()
    {
        ForgetTheUsersSettings();
        string home = Metadata("PowerShellHome");
        if (home.Length > 0)
        {
            // Loaded from its own folder, the engine finds its built-in modules, its help and its native library there.
            AssemblyLoadContext.Default.Resolving += (context, name) =>
            {
                string file = Path.Combine(home, name.Name + ".dll");
                return File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
            };
        }
    }

    private static void ForgetTheUsersSettings()
    {
        foreach (string name in Environment.GetEnvironmentVariables().Keys)
        {
            if (name.StartsWith("OPENAI_", StringComparison.OrdinalIgnoreCase) || name.StartsWith("AZURE_", StringComparison.OrdinalIgnoreCase))
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }
    }

    private static string Metadata(string key) =>
        typeof(Setup).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value ?? "";
}
