namespace OpenAIStream;

/// <summary>
/// A conversation: its messages, and the model that answered last. <see cref="ToMarkdown"/> writes it as a file that a
/// person can read and edit, and <see cref="FromMarkdown"/> reads it again.
/// </summary>
public sealed class ChatConversation : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ChatConversation>(static () => new(), ("messages", ChatMessage.Shape));

    /// <summary>An empty conversation.</summary>
    public ChatConversation()
    {
    }

    /// <summary>A conversation of messages, the latest last.</summary>
    /// <param name="messages">The messages, system messages included.</param>
    /// <param name="model">The model that answered; null if it is unknown.</param>
    public ChatConversation(IEnumerable<ChatMessage> messages, string? model = null)
    {
        Guard.NotNull(messages, nameof(messages));
        Model = model;
        Messages = [.. messages];
    }

    /// <summary>The model that answered last; null if it is unknown.</summary>
    public string? Model { get => GetString("model"); set => SetOrRemove("model", value); }

    /// <summary>Whether the last answer is only a part of one: it was stopped, or its stream broke.</summary>
    public bool IsPartial { get => GetBoolean("is_partial") == true; set => SetOrRemove("is_partial", value ? true : null); }

    /// <summary>The messages, the latest last: system, user and assistant, and with tools their calls and results.</summary>
    public IReadOnlyList<ChatMessage> Messages { get => GetList<ChatMessage>("messages"); set => this["messages"] = value; }

    /// <summary>
    /// The conversation as Markdown: a heading for each message, its text as it is, and everything else in comments. A line of a
    /// text that looks like such a comment has a backslash before it, so that no message can begin another.
    /// </summary>
    public string ToMarkdown() => ConversationMarkdown.Write(this);

    /// <summary>Reads the output of <see cref="ToMarkdown"/>, which may have been edited.</summary>
    /// <param name="text">The Markdown.</param>
    /// <exception cref="FormatException">The text is not a saved conversation, or is damaged; the message names the line.</exception>
    public static ChatConversation FromMarkdown(string text)
    {
        Guard.NotNull(text, nameof(text));
        return ConversationMarkdown.Read(text);
    }

    /// <summary>The conversation as Markdown.</summary>
    public override string ToString() => ToMarkdown();
}
