using System.Management.Automation;
using System.Runtime.CompilerServices;

namespace OpenAIStream;

/// <summary>
/// Makes the core's assemblies findable before the first cmdlet needs one: on Windows PowerShell they are the module's own.
/// </summary>
public sealed class ModuleImport : IModuleAssemblyInitializer
{
    /// <inheritdoc/>
    public void OnImport() => RuntimeHelpers.RunModuleConstructor(typeof(OpenAIClient).Module.ModuleHandle);
}
