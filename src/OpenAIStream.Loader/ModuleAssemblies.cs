using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OpenAIStream;

/// <summary>
/// Loads the assemblies of the module before the engine does: those that are compiled ahead of time for this system and this
/// .NET, if the package contains them, otherwise those next to this one. The engine requests the latter by their path and gets
/// the loaded ones, because both are the same assembly by name, version and content. Compilation ahead of time halves the time
/// to the first chunk of a process (docs/performance.md); other systems run the same code, only later.
/// </summary>
internal static class ModuleAssemblies
{
    public static void Load()
    {
        string own = Path.GetDirectoryName(typeof(ModuleAssemblies).Assembly.Location)!;
        string compiled = Path.GetFullPath(Path.Combine(own, "..", "net" + Environment.Version.Major + ".0", SystemName()));
        string folder = Directory.Exists(compiled) ? compiled : own;
        var core = Assembly.LoadFrom(Path.Combine(folder, "OpenAIStream.Core.dll"));
        var module = Assembly.LoadFrom(Path.Combine(folder, "OpenAIStream.dll"));
        RuntimeHelpers.RunModuleConstructor(core.ManifestModule.ModuleHandle); // on Windows PowerShell, it finds the assemblies that ship next to it
        RuntimeHelpers.RunModuleConstructor(module.ManifestModule.ModuleHandle); // lets models accept PowerShell's objects
    }

    private static string SystemName()
    {
        string system = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "win"
            : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "osx"
            : RuntimeInformation.IsOSPlatform(OSPlatform.Linux) ? "linux" : "other";
        return system + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
    }
}
