using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Pipeline input in the form in which answers keep it.</summary>
internal static class PipelineInput
{
    /// <summary>The input without the engine's wrapper, unless that has properties of its own, such as the path of a line's file.</summary>
    public static object? Plain(PSObject? input) =>
        input is null || input.BaseObject is PSCustomObject || input.Properties.Any(static property => property.IsInstance) ? input : input.BaseObject;
}
