namespace OpenAIStream;

/// <summary>A user's message as it was typed, and what was attached to it.</summary>
/// <param name="Text">What was typed.</param>
/// <param name="Attachments">The parts that were sent with it.</param>
internal sealed record TypedMessage(string Text, JsonMap[] Attachments)
{
    public static TypedMessage Of(ChatMessage message) => message.Content is string text ? new(text, [])
        : message.ContentParts is [var first, ..] && PromptText.IsText(first) ? new((string)first["text"]!, [.. message.ContentParts.Skip(1)])
        : new("", [.. message.ContentParts]);

    public ChatMessage ToMessage()
    {
        var message = new ChatMessage("user", Text);
        if (Attachments.Length > 0)
        {
            message["content"] = Attachments.Prepend(MediaFile.Text(Text)).ToArray();
        }

        return message;
    }
}
