namespace OpenAIStream;

/// <summary>A user's message and what followed: tool calls, their results, the answer.</summary>
/// <param name="Messages">The messages. The first is the user's, unless the conversation began without one.</param>
/// <param name="Response">The response that the next request can continue; null if there are only the messages.</param>
/// <param name="IsPartial">Whether the answer was stopped, or its stream broke.</param>
internal sealed record ChatTurn(ChatMessage[] Messages, Response? Response = null, bool IsPartial = false)
{
    /// <summary>What the chat says about a partial answer.</summary>
    public const string PartialNote = "[stopped: the partial answer is kept, /retry asks again]";

    /// <summary>The user's message; null if the turn has none.</summary>
    public ChatMessage? Asked => Messages[0].Role == "user" ? Messages[0] : null;

    /// <summary>The text of the answer.</summary>
    public string Answer => Messages.LastOrDefault(static message => message.Role == "assistant")?.Text ?? "";
}

/// <summary>A chat at one moment. A change creates a new state, so each change can be undone.</summary>
/// <param name="System">The system messages.</param>
/// <param name="Turns">The turns, the latest last.</param>
/// <param name="Model">The model to ask; null for the default.</param>
internal sealed record ChatState(ChatMessage[] System, ChatTurn[] Turns, string? Model)
{
    public ChatMessage[] Messages => [.. System, .. Turns.SelectMany(static turn => turn.Messages)];

    public ChatTurn? Last => Turns.LastOrDefault();

    /// <summary>The instructions as text.</summary>
    public string Instructions => string.Join("\n\n", System.Select(static message => message.Text));

    /// <summary>The chat of a conversation.</summary>
    public static ChatState Of(ChatConversation conversation)
    {
        var state = Of(conversation.Messages, conversation.Model);
        return conversation.IsPartial && state.Last is ChatTurn last ? state.WithoutLast().With(last with { IsPartial = true }) : state;
    }

    public static ChatState Of(IEnumerable<ChatMessage> messages, string? model = null)
    {
        var all = messages.ToArray();
        var system = all.TakeWhile(static message => message.Role is "system" or "developer").ToArray();
        var turns = new List<List<ChatMessage>>();
        foreach (var message in all.Skip(system.Length))
        {
            if (message.Role == "user" || turns.Count == 0)
            {
                turns.Add([]);
            }

            turns[turns.Count - 1].Add(message);
        }

        return new ChatState(system, [.. turns.Select(static turn => new ChatTurn([.. turn]))], model);
    }

    public ChatState WithSystem(string text) => this with { System = text.Length == 0 ? [] : [new ChatMessage("system", text)] };

    public ChatState WithoutLast() => this with { Turns = [.. Turns.Take(Turns.Length - 1)] };

    public ChatState With(ChatTurn turn) => this with { Turns = [.. Turns, turn] };
}
