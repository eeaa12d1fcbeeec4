using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>A message of a chat: sent, received, or a delta in a stream.</summary>
public sealed class ChatMessage : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ChatMessage>(
        static () => new(),
        ("tool_calls", ChatToolCall.Shape),
        ("audio", ChatAudio.Shape),
        ("function_call", ChatFunctionCall.Shape));

    /// <summary>Creates an empty message.</summary>
    public ChatMessage()
    {
    }

    /// <summary>Creates a message with text.</summary>
    /// <param name="role">system, developer, user, assistant or tool.</param>
    /// <param name="content">The text.</param>
    public ChatMessage(string role, string content)
    {
        Role = role;
        Content = content;
    }

    /// <summary>The role: system, developer, user, assistant or tool. In a stream, it is on the first delta.</summary>
    public string? Role { get => GetString("role"); set => SetOrRemove("role", value); }

    /// <summary>The text; null if there is none, or if the content consists of parts.</summary>
    public string? Content { get => GetString("content"); set => SetOrRemove("content", value); }

    /// <summary>The parts of content that is not a single text.</summary>
    [FieldName("content")]
    public IReadOnlyList<JsonMap> ContentParts => GetList<JsonMap>("content");

    /// <summary>The refusal of the model, instead of an answer.</summary>
    public string? Refusal { get => GetString("refusal"); set => SetOrRemove("refusal", value); }

    /// <summary>The spoken answer, if the request asks for audio; in a stream, a piece of it.</summary>
    public ChatAudio? Audio { get => GetModel<ChatAudio>("audio"); set => SetOrRemove("audio", value); }

    /// <summary>The reasoning of the model before its answer, under any of the names that services use, or as parts of the content.</summary>
    public string? ReasoningContent =>
        GetText("reasoning_content") ?? GetText("reasoning") ?? GetText("reasoning_text") ?? GetText("thinking") ?? ChatReasoning.Of(this);

    /// <summary>The tool calls that the model requests; in a stream, their pieces, to be joined by index.</summary>
    [AllowNull]
    public IReadOnlyList<ChatToolCall> ToolCalls { get => GetList<ChatToolCall>("tool_calls"); set => SetOrRemove("tool_calls", value); }

    /// <summary>The function call that the model requests; the older form of tool calls.</summary>
    public ChatFunctionCall? FunctionCall => GetModel<ChatFunctionCall>("function_call");

    /// <summary>In a message with the role tool: the id of the call whose result it is.</summary>
    public string? ToolCallId { get => GetString("tool_call_id"); set => SetOrRemove("tool_call_id", value); }

    /// <summary>The name of the speaker.</summary>
    public string? Name { get => GetString("name"); set => SetOrRemove("name", value); }

    /// <summary>The readable text: the content, otherwise the transcript of its audio, or the refusal.</summary>
    [FieldName(null)]
    public string Text => ReadText(Find("content"), Find("refusal"), Find("audio") as JsonModel);

    /// <summary>The text.</summary>
    public override string ToString() => Text;

    internal static string ReadText(object? content, object? refusal, JsonModel? audio) => content switch
    {
        string { Length: > 0 } text => text,
        Array parts => string.Concat(parts.OfType<JsonModel>().Where(static part => !ChatReasoning.IsPart(part)).Select(static part => part.Find("text") as string)),
        _ => audio?.Find("transcript") as string is { Length: > 0 } transcript ? transcript : refusal as string ?? "",
    };

    /// <summary>
    /// A copy to send back as part of a conversation, without the fields that services return in an answer and reject in a
    /// request.
    /// </summary>
    public ChatMessage ToInput()
    {
        var message = (ChatMessage)Copy();
        message.Role = GetText("role") ?? "assistant";
        if (Audio is ChatAudio audio)
        {
            message.SayAgain(audio);
        }

        if (ToolCalls.Count == 0)
        {
            message.Remove("reasoning_content"); // refused, except while the model waits for its tools
        }
        else
        {
            message.ToolCalls = [.. ToolCalls.Select(static call => call.ToInput())];
        }

        return message;
    }

    /// <summary>
    /// Refers to audio by its id. The service deletes it after some time, and other services give it no id: then the
    /// transcript stays as text.
    /// </summary>
    private void SayAgain(ChatAudio audio)
    {
        bool isKnown = audio.Id is { Length: > 0 } && !(audio.ExpiresAt < DateTimeOffset.UtcNow);
        Audio = isKnown ? new ChatAudio { Id = audio.Id } : null;
        if (!isKnown && Find("content") is null or "" && audio.Transcript is { Length: > 0 })
        {
            Content = audio.Transcript;
        }
    }
}
