namespace OpenAIStream;

/// <summary>Converts chat messages to the input items of a response, so that one message serves both APIs.</summary>
public static class ResponseInput
{
    /// <summary>The items of a conversation, for <see cref="ResponseRequest.Input"/>.</summary>
    public static IReadOnlyList<JsonMap> From(IEnumerable<ChatMessage> messages)
    {
        Guard.NotNull(messages, nameof(messages));
        JsonMap[] items = [.. messages.SelectMany(Items)];
        return items;
    }

    /// <summary>The items of one message: its content and each of its tool calls become an item.</summary>
    public static IReadOnlyList<JsonMap> From(ChatMessage message)
    {
        Guard.NotNull(message, nameof(message));
        JsonMap[] items = [.. Items(message)];
        return items;
    }

    private static IEnumerable<JsonMap> Items(ChatMessage message)
    {
        if (message.Role == "tool")
        {
            yield return new JsonMap { ["type"] = "function_call_output", ["call_id"] = message.ToolCallId, ["output"] = message.Text };
            yield break;
        }

        object? content = Content(message);
        if (content is not null)
        {
            yield return new JsonMap { ["role"] = message.Role, ["content"] = content };
        }

        foreach (var call in message.ToolCalls)
        {
            yield return new JsonMap
            {
                ["type"] = "function_call",
                ["call_id"] = call.Id,
                ["name"] = call.Function?.Name,
                ["arguments"] = call.Function?.Arguments ?? "",
            };
        }
    }

    private static object? Content(ChatMessage message)
    {
        string text = message.Role == "assistant" ? "output_text" : "input_text";
        object? content = message["content"] switch
        {
            string { Length: > 0 } whole => whole,
            Array => message.ContentParts.Select(part => Part(part, text)).ToArray(),
            _ => message.Audio?.Transcript,
        };
        return content is null && message.Refusal is string refusal
            ? new[] { new JsonMap { ["type"] = "refusal", ["refusal"] = refusal } }
            : content;
    }

    private static JsonMap Part(JsonMap part, string text) => part["type"] switch
    {
        "text" => new JsonMap { ["type"] = text, ["text"] = part["text"] },
        "image_url" => Image(part["image_url"]),
        "file" when part["file"] is JsonMap file => Flat("input_file", file),
        _ => part, // input_audio is the same there; unknown parts are not changed
    };

    private static JsonMap Image(object? image)
    {
        var part = new JsonMap { ["type"] = "input_image", ["image_url"] = image is JsonMap fields ? fields["url"] : image };
        if (image is JsonMap { } map && map.Contains("detail"))
        {
            part["detail"] = map["detail"];
        }

        return part;
    }

    private static JsonMap Flat(string type, JsonMap fields)
    {
        var part = new JsonMap { ["type"] = type };
        foreach (string field in fields.GetFieldNames())
        {
            part[field] = fields[field];
        }

        return part;
    }
}
