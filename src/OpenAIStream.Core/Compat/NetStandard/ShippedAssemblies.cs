using System.Reflection;
using System.Runtime.CompilerServices;

namespace OpenAIStream;

/// <summary>
/// Finds the assemblies that ship next to this one on .NET Framework, whichever version is requested: System.Memory requests
/// an older System.Runtime.CompilerServices.Unsafe than System.Text.Json does, and powershell.exe has no binding redirects.
/// </summary>
internal static class ShippedAssemblies
{
    private static readonly string Folder = Path.GetDirectoryName(typeof(ShippedAssemblies).Assembly.Location)!;

#pragma warning disable CA2255 // The library is loaded by an engine, not started by an application that could call this.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register() => AppDomain.CurrentDomain.AssemblyResolve += Resolve;

    private static Assembly? Resolve(object? sender, ResolveEventArgs request)
    {
        // Do not resolve what assemblies of other modules lack. An assembly loaded from memory has no location.
        if (request.RequestingAssembly is not { IsDynamic: false, Location: { Length: > 0 } location }
            || !string.Equals(Path.GetDirectoryName(location), Folder, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string path = Path.Combine(Folder, new AssemblyName(request.Name).Name + ".dll");
        return File.Exists(path) ? Assembly.LoadFrom(path) : null;
    }
}
