using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Allows names and script blocks for a parameter that takes commands.</summary>
public sealed class CommandTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        try
        {
            return Dictionaries.Unwrap(inputData) switch
            {
                string name => CommandTool.Find(engineIntrinsics.InvokeCommand, name),
                CommandInfo command => CommandTool.Checked(command),
                ScriptBlock script => script,
                object?[] items => items.Select(item => Transform(engineIntrinsics, item!)).ToArray(),
                var other => other,
            };
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message, exception);
        }
    }
}
