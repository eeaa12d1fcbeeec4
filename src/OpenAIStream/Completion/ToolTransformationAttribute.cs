using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Allows commands, their names, and tools as hashtables for a parameter that takes tools.</summary>
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
                object?[] items => items.Select(item => ToTool(item, () => engineIntrinsics.InvokeCommand)).ToArray(),
                var one => ToTool(one, () => engineIntrinsics.InvokeCommand),
            };
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message, exception);
        }
    }

    /// <param name="item">A tool in any of its forms.</param>
    /// <param name="session">The session in which command names are looked up.</param>
    /// <exception cref="ArgumentException">It is not a tool.</exception>
    internal static ChatTool ToTool(object? item, Func<CommandInvocationIntrinsics> session) => item switch
    {
        ChatTool tool => tool,
        CommandInfo command => CommandTool.From(CommandTool.Checked(command)),
        string json when json.TrimStart().StartsWith("{", StringComparison.Ordinal) => Checked(FromJson(json)),
        string name => CommandTool.From(CommandTool.Find(session(), name)),
        IDictionary fields => Checked(JsonModel.FromFields<ChatTool>(fields)),
        JsonModel model => JsonModel.FromJson<ChatTool>(model.ToJson()),
        ScriptBlock => throw new ArgumentException("A script block has no name by which the model could call it. Use ConvertTo-OpenAITool { ... } -Name <name>."),
        _ => throw new ArgumentException($"A tool must be a command, its name, a hashtable, or the output of ConvertTo-OpenAITool, not {item?.GetType().ToString() ?? "null"}."),
    };

    private static ChatTool FromJson(string json)
    {
        try
        {
            return JsonModel.FromJson<ChatTool>(json);
        }
        catch (System.Text.Json.JsonException exception)
        {
            throw new ArgumentException($"The text is not the JSON of a tool: {exception.Message}", exception);
        }
    }

    private static ChatTool Checked(ChatTool tool) => tool.Type is not null ? tool
        : throw new ArgumentException("A tool needs a type, such as @{ type = 'function'; function = @{ name = 'f'; parameters = @{ ... } } }.");
}
