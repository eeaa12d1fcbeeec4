namespace OpenAIStream;

/// <summary>Finds what to show of the chunks of one stream.</summary>
internal sealed class StreamParts
{
    private readonly ResponseParts _response = new();
    private readonly Dictionary<int, CallKeys> _calls = []; // by answer
    private readonly SortedDictionary<int, List<StreamPart>> _others = [];
    private bool _hasMedia;
    private bool _hasText;

    /// <summary>The answers after the first of several (<c>n</c>). They wait until it is over, and each begins with a line with its number.</summary>
    public IEnumerable<StreamPart> Others => _others.SelectMany(static answer =>
        answer.Value.Prepend(new StreamPart(PartKind.Note, FormattableString.Invariant($"answer {answer.Key}"), "", FormattableString.Invariant($"[answer {answer.Key + 1}]"))));

    public IEnumerable<StreamPart> Of(ModelOutput chunk) => chunk switch
    {
        ChatCompletionChunk chat => OfChoices(chat.Choices),
        Completion completion => OfChoices(completion.Choices),
        ChatCompletion whole => OfChoices(whole.Choices),
        ResponseEvent or Response => _response.Of(chunk),
        AssistantEvent assistant => OfAssistant(assistant),
        TranscriptionEvent transcription => OfTranscription(transcription),
        ImageEvent image => OfImage(image),
        ImageResult images => images.Data.SelectMany((image, at) => OfImage(image, at, images.Size, images.OutputFormat)),
        SpeechEvent { AudioBase64: not null } => Once("audio"),
        _ => [new(PartKind.Text, "", chunk.Text)],
    };

    private List<StreamPart> OfChoices(IEnumerable<Choice> choices)
    {
        var parts = new List<StreamPart>();
        foreach (var choice in choices)
        {
            if (choice.Index == 0)
            {
                Add(parts, choice);
                continue;
            }

            if (!_others.TryGetValue(choice.Index, out var later))
            {
                _others.Add(choice.Index, later = []);
            }

            Add(later, choice);
        }

        return parts;
    }

    private void Add(List<StreamPart> parts, Choice choice)
    {
        switch (choice)
        {
            case ChatChunkChoice { Delta: ChatMessage delta }:
                AddMessage(parts, delta, choice.Index);
                break;
            case ChatChunkChoice whole when whole["message"] is ChatMessage message:
                AddMessage(parts, message, choice.Index);
                break;
            case ChatChoice { Message: ChatMessage message }:
                AddMessage(parts, message, choice.Index);
                break;
            default:
                parts.Add(new(PartKind.Text, "", choice.Text));
                break;
        }

        if (choice.FinishReason is string reason && !FinishReasons.IsInOrder(reason))
        {
            parts.Add(Stopped(reason));
        }
    }

    private void AddMessage(List<StreamPart> parts, ChatMessage message, int answer)
    {
        parts.Add(new(PartKind.Reasoning, "", message.ReasoningContent ?? ""));
        parts.Add(new(PartKind.Text, "", message.Content is { Length: > 0 } text ? text : message.Refusal is null ? message.Text : ""));
        parts.Add(new(PartKind.Refusal, "", message.Refusal ?? ""));
        if (message.ToolCalls.Count > 0 && !_calls.ContainsKey(answer))
        {
            _calls.Add(answer, new CallKeys());
        }

        foreach (var call in message.ToolCalls)
        {
            var keys = _calls[answer];
            string key = keys.Of(call);
            string arguments = call.Function?.Arguments ?? "";
            if (!keys.IsRepeated(key, arguments))
            {
                parts.Add(Call(key, call.Function?.Name is { Length: > 0 } name ? name : "tool", arguments));
            }
        }

        if (message.FunctionCall is ChatFunctionCall function)
        {
            parts.Add(Call("", function.Name ?? "tool", function.Arguments ?? ""));
        }
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

        if (chunk.Event is "thread.run.incomplete" or "thread.run.failed" or "thread.run.cancelled" or "thread.run.expired")
        {
            yield return Stopped((chunk["incomplete_details"] as JsonModel)?["reason"] as string
                ?? (chunk["last_error"] as JsonModel)?["message"] as string
                ?? chunk.Event.Substring("thread.run.".Length));
        }
    }

    private IEnumerable<StreamPart> OfTranscription(TranscriptionEvent chunk)
    {
        string text = !_hasText && chunk is TranscriptionDoneEvent done ? done.FullText ?? "" : chunk.Text;
        _hasText |= text.Length > 0;
        return [new(PartKind.Text, "", text)];
    }

    private static IEnumerable<StreamPart> OfImage(ImageEvent image) => image switch
    {
        { Data.Count: > 0 } => image.Data.SelectMany((one, at) => OfImage(one, at, image.Size, image.OutputFormat)),
        { IsCompleted: true } => [new(PartKind.Note, "image", "", $"[image] {Words(image.Size, image.OutputFormat)}".TrimEnd()) { Image = () => Decode(image.ImageBase64) }],
        { ImageIndex: int index } => [new(PartKind.Note, $"partial {index}", "", FormattableString.Invariant($"[image] partial {index + 1}")) { Image = () => Decode(image.ImageBase64), IsPartial = true }],
        _ => [],
    };

    private static IEnumerable<StreamPart> OfImage(GeneratedImage image, int index, string? size, string? format) =>
        [new(PartKind.Note, FormattableString.Invariant($"image {index}"), "", $"[image] {Words(size, format, image.Url)}".TrimEnd()) { Image = () => Decode(image.ImageBase64) }];

    internal static byte[]? Decode(string? base64)
    {
        try
        {
            return base64 is null ? null : Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            return null; // its line still says that there was an image
        }
    }

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
