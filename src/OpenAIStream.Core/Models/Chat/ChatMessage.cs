using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

/// <summary>A message of a chat: sent, received, or as the delta of a streamed one.</summary>
public sealed class ChatMessage : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ChatMessage>(
        static () => new(),
        ("tool_calls", ChatToolCall.Shape),
        ("audio", ChatAudio.Shape),
        ("function_call", ChatFunctionCall.Shape));

    /// <summary>An empty message.</summary>
    public ChatMessage()
    {
    }

    /// <summary>A message of text.</summary>
    /// <param name="role">system, developer, user, assistant or tool.</param>
    /// <param name="content">The text.</param>
    public ChatMessage(string role, string content)
    {
        Role = role;
        Content = content;
    }

    /// <summary>Who speaks: system, developer, user, assistant or tool. In a stream on the first delta.</summary>
    public string? Role { get => GetString("role"); set => SetOrRemove("role", value); }

    /// <summary>The text; null when there is none, or when the content is made of parts.</summary>
    public string? Content { get => GetString("content"); set => SetOrRemove("content", value); }

    /// <summary>The parts of content that is not one text.</summary>
    [FieldName("content")]
    public IReadOnlyList<JsonMap> ContentParts => GetList<JsonMap>("content");

    /// <summary>What the model says instead of an answer it refuses to give.</summary>
    public string? Refusal { get => GetString("refusal"); set => SetOrRemove("refusal", value); }

    /// <summary>What the model says aloud, where the request asks for audio; in a stream a piece of it.</summary>
    public ChatAudio? Audio { get => GetModel<ChatAudio>("audio"); set => SetOrRemove("audio", value); }

    /// <summary>What the model thinks before it answers, under whichever name the service uses for it, or as parts of the content.</summary>
    public string? ReasoningContent =>
        GetText("reasoning_content") ?? GetText("reasoning") ?? GetText("reasoning_text") ?? GetText("thinking") ?? ChatReasoning.Of(this);

    /// <summary>The tools that the model asks for; in a stream their parts, to be joined by index.</summary>
    [AllowNull]
    public IReadOnlyList<ChatToolCall> ToolCalls { get => GetList<ChatToolCall>("tool_calls"); set => SetOrRemove("tool_calls", value); }

    /// <summary>The function that the model asks for; the form before tools.</summary>
    public ChatFunctionCall? FunctionCall => GetModel<ChatFunctionCall>("function_call");

    /// <summary>In a message of role tool: the call that this is the result of.</summary>
    public string? ToolCallId { get => GetString("tool_call_id"); set => SetOrRemove("tool_call_id", value); }

    /// <summary>The speaker's name.</summary>
    public string? Name { get => GetString("name"); set => SetOrRemove("name", value); }

    /// <summary>What a person would read of it: the content, or where there is none, the transcript of its audio, or the refusal.</summary>
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

    /// <summary>Says audio by its id. The service forgets it after a while, and others give none an id: then what was said stays as text.</summary>
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
