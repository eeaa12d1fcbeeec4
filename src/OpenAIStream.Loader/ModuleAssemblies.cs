using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OpenAIStream;

/// <summary>
/// Loads the module's assemblies before the engine does: those compiled ahead of time for this system and this .NET, where
/// the package has them, else those beside this one. The engine asks for the latter by their path and is given what is
/// loaded: either is the same assembly by name, version and content. Compiled ahead of time, the first chunk of a process
/// comes in half the time (docs/performance.md); what there is none for runs the same code, only later.
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
        RuntimeHelpers.RunModuleConstructor(core.ManifestModule.ModuleHandle); // on Windows PowerShell it finds what ships beside it
        RuntimeHelpers.RunModuleConstructor(module.ManifestModule.ModuleHandle); // lets models take PowerShell's objects
    }

    private static string SystemName()
    {
        string system = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "win"
            : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "osx"
            : RuntimeInformation.IsOSPlatform(OSPlatform.Linux) ? "linux" : "other";
        return system + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
    }
}
