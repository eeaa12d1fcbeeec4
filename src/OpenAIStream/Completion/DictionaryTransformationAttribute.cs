using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// Accepts names and values as a dictionary, or as an object, such as ConvertFrom-Json returns. The type of the parameter
/// is object, so that proxies and mocks, which do not have this attribute, accept both.
/// </summary>
public sealed class DictionaryTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? given = SerializedModel.Alive(inputData);
        return given is PSObject { BaseObject: PSCustomObject } ? Dictionaries.Unwrap(given) : PlainValue.Base(given) switch
        {
            JsonModel model => model.ToDictionary(),
            IDictionary fields => fields, // without the wrapper that a pipeline adds
            null => null,
            var other => throw new ArgumentTransformationMetadataException($"Names and values must be a hashtable or an object, such as @{{ name = 'value' }}, not a {other.GetType()}."),
        };
    }
}
