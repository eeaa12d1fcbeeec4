namespace OpenAIStream;

/// <summary>Tells what there is to show in the chunks of one stream.</summary>
internal sealed class StreamParts
{
    private readonly ResponseParts _response = new();
    private readonly Dictionary<string, string> _calls = new(StringComparer.Ordinal); // their names, by key
    private readonly HashSet<int> _hidden = [];
    private bool _hasMedia;

    /// <summary>How many answers are not shown: of several (<c>n</c>) it is the first alone.</summary>
    public int HiddenAnswers => _hidden.Count;

    public IEnumerable<StreamPart> Of(ModelOutput chunk) => chunk switch
    {
        ChatCompletionChunk chat => OfChoices(chat.Choices),
        Completion completion => OfChoices(completion.Choices),
        ChatCompletion whole => OfChoices(whole.Choices),
        ResponseEvent or Response => _response.Of(chunk),
        AssistantEvent assistant => OfAssistant(assistant),
        ImageEvent image => OfImage(image),
        SpeechEvent { AudioBase64: not null } => Once("audio"),
        _ => [new(PartKind.Text, "", chunk.Text)],
    };

    private List<StreamPart> OfChoices(IEnumerable<Choice> choices)
    {
        var parts = new List<StreamPart>();
        foreach (var choice in choices)
        {
            if (choice.Index != 0)
            {
                _hidden.Add(choice.Index);
                continue;
            }

            switch (choice)
            {
                case ChatChunkChoice { Delta: ChatMessage delta }:
                    AddMessage(parts, delta);
                    break;
                case ChatChoice { Message: ChatMessage message }:
                    AddMessage(parts, message);
                    break;
                default:
                    parts.Add(new(PartKind.Text, "", choice.Text));
                    break;
            }

            if (choice.FinishReason is "length" or "content_filter")
            {
                parts.Add(Stopped(choice.FinishReason));
            }
        }

        return parts;
    }

    private void AddMessage(List<StreamPart> parts, ChatMessage message)
    {
        parts.Add(new(PartKind.Reasoning, "", message.ReasoningContent ?? ""));
        parts.Add(new(PartKind.Text, "", message.Content ?? (message.Refusal is null ? message.Text : "")));
        parts.Add(new(PartKind.Refusal, "", message.Refusal ?? ""));
        int at = 0;
        foreach (var call in message.ToolCalls)
        {
            AddCall(parts, call.Index?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? call.Id ?? $"#{at}", call.Function);
            at++;
        }

        if (message.FunctionCall is not null)
        {
            AddCall(parts, "", message.FunctionCall);
        }
    }

    private void AddCall(List<StreamPart> parts, string key, ChatFunctionCall? function)
    {
        if (!_calls.TryGetValue(key, out string? name))
        {
            _calls.Add(key, name = function?.Name ?? "tool");
        }

        parts.Add(Call(key, name, function?.Arguments ?? ""));
    }

    private static IEnumerable<StreamPart> OfAssistant(AssistantEvent chunk)
    {
        yield return new(PartKind.Text, "", chunk.Text);
        if (chunk.Event == "thread.run.requires_action"
            && chunk["required_action"] is JsonModel action && action["submit_tool_outputs"] is JsonModel wanted && wanted["tool_calls"] is object?[] calls)
        {
            foreach (var call in calls.OfType<JsonModel>())
            {
                var function = call["function"] as JsonModel;
                yield return Call(call["id"] as string ?? "", function?["name"] as string ?? "tool", function?["arguments"] as string ?? "");
            }
        }
    }

    private static IEnumerable<StreamPart> OfImage(ImageEvent image) => image switch
    {
        { IsCompleted: true } => [new(PartKind.Note, "image", "", $"[image] {Words(image.Size, image.OutputFormat)}".TrimEnd())],
        { ImageIndex: int index } => [new(PartKind.Note, $"partial {index}", "", FormattableString.Invariant($"[image] partial {index + 1}"))],
        _ => [],
    };

    private IEnumerable<StreamPart> Once(string what)
    {
        bool isFirst = !_hasMedia;
        _hasMedia = true;
        return isFirst ? [new(PartKind.Note, what, "", $"[{what}]")] : [];
    }

    internal static StreamPart Call(string key, string name, string arguments) => new(PartKind.Call, key, arguments, $"[tool] {name}(", ")");

    internal static StreamPart Stopped(string reason) => new(PartKind.Note, "stopped", "", $"[stopped: {reason}]");

    internal static string Words(params string?[] words) => string.Join(" ", words.Where(static word => !string.IsNullOrEmpty(word)));
}
