using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Lets a parameter for tools take commands, their names, and tools as hashtables.</summary>
public sealed class ToolTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        try
        {
            return Dictionaries.Unwrap(inputData) switch
            {
                null => null,
                object?[] items => items.Select(item => ToTool(engineIntrinsics.InvokeCommand, item)).ToArray(),
                var one => ToTool(engineIntrinsics.InvokeCommand, one),
            };
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message, exception);
        }
    }

    private static ChatTool ToTool(CommandInvocationIntrinsics session, object? item) => item switch
    {
        ChatTool tool => tool,
        CommandInfo command => CommandTool.From(CommandTool.Checked(command)),
        string name => CommandTool.From(CommandTool.Find(session, name)),
        IDictionary fields => FromFields(fields),
        JsonModel model => JsonModel.FromJson<ChatTool>(model.ToJson()),
        ScriptBlock => throw new ArgumentException("A script block has no name that the model could call it by: use ConvertTo-OpenAITool { ... } -Name <name>."),
        _ => throw new ArgumentException($"A tool is a command, its name, a hashtable, or what ConvertTo-OpenAITool gives; not {item?.GetType().ToString() ?? "null"}."),
    };

    private static ChatTool FromFields(IDictionary fields)
    {
        var tool = JsonModel.FromJson<ChatTool>(new JsonMap(fields).ToJson());
        return tool.Type is not null ? tool
            : throw new ArgumentException("A tool needs a type, such as @{ type = 'function'; function = @{ name = 'f'; parameters = @{ ... } } }.");
    }
}
