using System.Management.Automation;
using System.Net;

namespace OpenAIStream;

/// <summary>Lets a parameter for a secret take a plain string.</summary>
public sealed class SecureStringTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value is string text ? new NetworkCredential("", text).SecurePassword : value;
    }
}
