using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Lets a parameter for a response's id take the response; anything else has to be text.</summary>
public sealed class IdTransformationAttribute : ArgumentTransformationAttribute
{
    private static readonly TextTransformationAttribute Text = new();

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        SerializedModel.Alive(inputData) is var given && PlainValue.Base(given) is Response { Id: string id } ? id
        : Text.Transform(engineIntrinsics, inputData);
}
