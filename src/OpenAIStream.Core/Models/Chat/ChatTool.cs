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

    /// <summary>The command that the tool was made from and that runs it; never sent. Null: a call of it is the caller's to answer.</summary>
    public object? Command { get; internal set; }

    /// <summary>The tool as the Responses API takes it: a function's fields beside its type.</summary>
    internal JsonMap ForResponse()
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
}
