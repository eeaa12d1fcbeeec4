namespace OpenAIStream;

/// <summary>A tool call that the model requests, or in a stream a piece of it.</summary>
public sealed class ChatToolCall : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ChatToolCall>(
        static () => new(),
        ("function", ChatFunctionCall.Shape));

    /// <summary>In a stream: the index of the call that this piece belongs to.</summary>
    public int? Index => GetInt32("index");

    /// <summary>The id of the call, which its result has to contain.</summary>
    public string? Id { get => GetString("id"); set => SetOrRemove("id", value); }

    /// <summary>The kind of tool; <c>function</c>.</summary>
    public string? Type { get => GetString("type"); set => SetOrRemove("type", value); }

    /// <summary>The name and arguments of the function.</summary>
    public ChatFunctionCall? Function { get => GetModel<ChatFunctionCall>("function"); set => SetOrRemove("function", value); }

    /// <summary>The call as it would be written in code: <c>name({"argument":"value"})</c>; in a stream, the new piece of the arguments.</summary>
    public override string ToString() => Function?.ToString() ?? base.ToString();

    /// <summary>
    /// The call as requests require it: without the index, which only joins the pieces of a stream, and with what services
    /// omit. All other fields, such as a signature, are unchanged.
    /// </summary>
    internal ChatToolCall ToInput()
    {
        var call = (ChatToolCall)Copy();
        call.Remove("index");
        if (Function is ChatFunctionCall function)
        {
            call.Function = function.ToInput();
            call.Type = GetText("type") ?? "function";
        }

        return call;
    }
}
