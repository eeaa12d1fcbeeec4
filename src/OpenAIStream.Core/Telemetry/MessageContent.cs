namespace OpenAIStream;

/// <summary>Content in the form of the conventions: messages with a role and parts, in JSON. Only if it is captured.</summary>
internal static class MessageContent
{
    public static string OfRequest(JsonModel request)
    {
        object? input = request["messages"] ?? request["input"] ?? request["prompt"];
        var messages = input is Array several && several.Length > 0 && several.GetValue(0) is JsonModel
            ? several.OfType<JsonModel>().Select(static message => Message(message["role"] as string ?? "user", message["content"]))
            : [Message("user", input)];
        return Json(messages);
    }

    public static string OfAnswer(string text, string? finishReason)
    {
        var message = Message("assistant", text);
        message["finish_reason"] = finishReason;
        return Json([message]);
    }

    private static JsonMap Message(string role, object? content)
    {
        object?[] parts = content is Array several ? [.. several.Cast<object?>()] : [content];
        return new JsonMap { ["role"] = role, ["parts"] = parts.Select(Part).ToArray() };
    }

    private static JsonMap Part(object? content) => content is JsonModel part && part["text"] is null
        ? new JsonMap { ["type"] = part["type"] ?? "other" } // images and sound are not repeated
        : new JsonMap { ["type"] = "text", ["content"] = (content as JsonModel)?["text"] ?? content };

    private static string Json(IEnumerable<JsonMap> messages) =>
        $"[{string.Join(",", messages.Select(static message => message.ToJson()))}]";
}
