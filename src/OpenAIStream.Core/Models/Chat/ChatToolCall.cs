namespace OpenAIStream;

/// <summary>A tool that the model asks for, or in a stream a part of that.</summary>
public sealed class ChatToolCall : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ChatToolCall>(
        static () => new(),
        ("function", ChatFunctionCall.Shape));

    /// <summary>In a stream: which call of the message this part belongs to.</summary>
    public int? Index => GetInt32("index");

    /// <summary>The call's id, which its result names.</summary>
    public string? Id { get => GetString("id"); set => SetOrRemove("id", value); }

    /// <summary>The kind of tool; <c>function</c>.</summary>
    public string? Type { get => GetString("type"); set => SetOrRemove("type", value); }

    /// <summary>The function's name and arguments.</summary>
    public ChatFunctionCall? Function { get => GetModel<ChatFunctionCall>("function"); set => SetOrRemove("function", value); }

    /// <summary>The call as code would write it: <c>name({"argument":"value"})</c>; in a stream the new piece of the arguments.</summary>
    public override string ToString() => Function?.ToString() ?? base.ToString();

    /// <summary>
    /// The call as a request has it: without the index, which joins the parts of a stream and belongs to nothing else, and with
    /// what services leave out. All other fields, such as a signature, stay as they came.
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
