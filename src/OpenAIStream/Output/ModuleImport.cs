using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Run by the engine when a runspace imports the module.</summary>
public sealed class ModuleImport : IModuleAssemblyInitializer
{
    /// <inheritdoc/>
    public void OnImport() => AdaptedModel.Remember();
}
