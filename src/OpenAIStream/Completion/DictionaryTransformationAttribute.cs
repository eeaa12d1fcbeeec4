using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Lets a parameter for names and values take an object too, such as ConvertFrom-Json returns.</summary>
public sealed class DictionaryTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) => inputData switch
    {
        PSObject { BaseObject: PSCustomObject } => Dictionaries.Unwrap(inputData),
        PSObject { BaseObject: JsonModel model } => model.ToDictionary(),
        JsonModel model => model.ToDictionary(),
        _ => inputData,
    };
}
