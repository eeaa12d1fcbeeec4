using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Lets a parameter for a connection take its name.</summary>
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
