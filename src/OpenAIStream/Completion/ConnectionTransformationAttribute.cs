using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Lets a parameter for a connection take its name.</summary>
public sealed class ConnectionTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value is not string name ? value
            : Connections.Find(name)?.HandOut()
                ?? throw new ArgumentTransformationMetadataException(Errors.ConnectionNotFound(name).Exception.Message);
    }
}
