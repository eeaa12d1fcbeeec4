using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Allows the name of a connection for a parameter that takes a connection.</summary>
public sealed class ConnectionTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        try
        {
            return ConnectionConverter.Find(inputData) ?? PlainValue.Base(inputData);
        }
        catch (ItemNotFoundException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message, exception);
        }
    }
}
