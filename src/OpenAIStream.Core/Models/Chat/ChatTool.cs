namespace OpenAIStream;

/// <summary>A tool that the model can call.</summary>
public sealed class ChatTool : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ChatTool>(
        static () => new(),
        ("function", ChatFunction.Shape));

    /// <summary>Creates an empty tool.</summary>
    public ChatTool()
    {
    }

    /// <summary>Creates a tool from a function.</summary>
    public ChatTool(ChatFunction function)
    {
        Type = "function";
        Function = function;
    }

    /// <summary>The kind of tool; <c>function</c>.</summary>
    public string? Type { get => GetString("type"); set => SetOrRemove("type", value); }

    /// <summary>The function, if the tool is one.</summary>
    public ChatFunction? Function { get => GetModel<ChatFunction>("function"); set => SetOrRemove("function", value); }

    /// <summary>The name of the function.</summary>
    public string? Name => Function?.Name;

    /// <summary>What the function does.</summary>
    public string? Description => Function?.Description;

    /// <summary>The name of the function; for other tools the kind.</summary>
    public override string ToString() => Name ?? Type ?? base.ToString();

    /// <summary>The tool in the form for <see cref="ResponseRequest.Tools"/>: the Responses API has the fields of a function alongside its type.</summary>
    public JsonMap ForResponse()
    {
        var tool = new JsonMap();
        foreach (string name in GetFieldNames().Where(static name => name != "function"))
        {
            tool[name] = this[name];
        }

        foreach (string name in Function?.GetFieldNames() ?? [])
        {
            tool[name] = Function![name];
        }

        return tool;
    }

    /// <summary>The tool as it was before <see cref="ForResponse"/>; built-in tools have no function.</summary>
    internal static ChatTool FromResponse(JsonMap tool)
    {
        var result = new ChatTool { Type = tool["type"] as string };
        if (result.Type == "function")
        {
            var function = new ChatFunction();
            foreach (string name in tool.GetFieldNames().Where(static name => name != "type"))
            {
                function[name] = tool[name];
            }

            result.Function = function;
        }

        return result;
    }
}
