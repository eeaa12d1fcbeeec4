namespace OpenAIStream;

/// <summary>A tool that the model may ask for.</summary>
public sealed class ChatTool : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ChatTool>(
        static () => new(),
        ("function", ChatFunction.Shape));

    /// <summary>An empty tool.</summary>
    public ChatTool()
    {
    }

    /// <summary>A function as a tool.</summary>
    public ChatTool(ChatFunction function)
    {
        Type = "function";
        Function = function;
    }

    /// <summary>The kind of tool; <c>function</c>.</summary>
    public string? Type { get => GetString("type"); set => SetOrRemove("type", value); }

    /// <summary>The function, when it is one.</summary>
    public ChatFunction? Function { get => GetModel<ChatFunction>("function"); set => SetOrRemove("function", value); }

    /// <summary>The function's name.</summary>
    public string? Name => Function?.Name;

    /// <summary>What the function is good for.</summary>
    public string? Description => Function?.Description;

    /// <summary>The function's name; for other tools the kind.</summary>
    public override string ToString() => Name ?? Type ?? base.ToString();

    /// <summary>The tool as <see cref="ResponseRequest.Tools"/> takes it: the Responses API has a function's fields beside its type.</summary>
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

    /// <summary>The same tool as it was before <see cref="ForResponse"/>; built-in tools have no function.</summary>
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
