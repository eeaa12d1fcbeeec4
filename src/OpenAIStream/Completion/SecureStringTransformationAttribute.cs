using System.Management.Automation;
using System.Net;
using System.Security;

namespace OpenAIStream;

/// <summary>
/// Creates a SecureString from a plain string. The type of the parameter is object, so that proxies and mocks, which do not
/// have this attribute, accept both.
/// </summary>
public sealed class SecureStringTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = PlainValue.Base(inputData);
        return value switch
        {
            string text => new NetworkCredential("", text).SecurePassword,
            null or SecureString => value,
            _ => throw new ArgumentTransformationMetadataException($"A secret must be a SecureString or a string, not a {value.GetType()}."),
        };
    }
}
