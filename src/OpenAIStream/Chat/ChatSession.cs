using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// An interactive conversation. It reads lines and acts on them until the user leaves. If anything fails, the conversation
/// stays as it was, and the message can be sent again.
/// </summary>
/// <param name="cmdlet">The chat's cmdlet.</param>
/// <param name="reader">Reads what is typed.</param>
/// <param name="asker">Asks the model.</param>
/// <param name="screen">Where the chat writes.</param>
internal sealed class ChatSession(PSCmdlet cmdlet, LineReader reader, ChatAsker asker, ChatScreen screen)
{
    private readonly Stack<ChatState> _before = new();
    private ChatState _state = new([], [], null);
    private string _draft = "";
    private ChatMessage? _unsent; // the message that got no answer
    private bool _isOver;

    public PSCmdlet Cmdlet => cmdlet;

    public ChatScreen Screen => screen;

    public required ChatSettings Settings { get; init; }

    /// <summary>The current state of the chat.</summary>
    public ChatState State
    {
        get => _state;
        init
        {
            _state = value;
            if (value.Turns.Length > 0)
            {
                ChatMemory.Last = value; // in an empty chat, there is nothing to continue
            }
        }
    }

    /// <summary>The answers so far, including those that were undone: they were paid for too.</summary>
    public List<ModelOutput> Answers { get; } = [];

    /// <summary>The attachments of the next message: the name and the part of each.</summary>
    public List<(string Name, JsonMap Part)> Attachments { get; } = [];

    /// <summary>The file that the chat was saved to or loaded from; null for none.</summary>
    public string? File { get; set; }

    /// <summary>The model that answered last; null before the first answer.</summary>
    public string? AnsweredBy { get; private set; }

    /// <summary>The conversation as an object.</summary>
    public ChatConversation Conversation => new(State.Messages, State.Model ?? AnsweredBy) { IsPartial = State.Last?.IsPartial == true };

    /// <summary>Reads lines and acts on them until the user leaves.</summary>
    public void Run()
    {
        while (!_isOver)
        {
            var line = reader.Read(screen.Prompt, _draft, text => ChatCommands.Complete(this, text));
            _draft = "";
            if (line.End == LineEnd.Closed)
            {
                return;
            }

            if (line.End == LineEnd.Entered && !string.IsNullOrWhiteSpace(line.Text))
            {
                Do(line.Text);
            }
        }
    }

    /// <summary>Ends the chat after this line.</summary>
    public void Leave() => _isOver = true;

    /// <summary>Puts text into the next line.</summary>
    public void SetDraft(string text) => _draft = text;

    /// <summary>Whether text can be put into the next line, for the user to edit.</summary>
    public bool TakesDraft => reader.TakesDraft;

    /// <summary>The message that <c>/retry</c> sends again: the one without an answer, otherwise the one before the last answer; null for none.</summary>
    public ChatMessage? Unanswered => _unsent ?? State.Last?.Asked;

    /// <summary>Changes the chat so that <c>/undo</c> can restore it.</summary>
    public void Change(ChatState state)
    {
        _before.Push(_state);
        _state = ChatMemory.Last = state;
        _unsent = null;
    }

    /// <summary>Undoes the last change, or without one, the last turn. False if there is nothing to undo.</summary>
    public bool Undo()
    {
        if (_before.Count == 0 && State.Turns.Length == 0)
        {
            return false;
        }

        _state = ChatMemory.Last = _before.Count > 0 ? _before.Pop() : State.WithoutLast();
        _unsent = null;
        return true;
    }

    /// <summary>Sends the message that got no answer again, or asks for another answer to the last message.</summary>
    public void Retry(ChatMessage message) => Send(message, _unsent is null ? State.WithoutLast() : State);

    /// <summary>Sends the last message again, with new text and the same attachments.</summary>
    public void Resend(string text)
    {
        var message = TypedMessage.Of(Unanswered!) with { Text = text };
        Send(message.ToMessage(), _unsent is null ? State.WithoutLast() : State);
    }

    private void Do(string text)
    {
        if (!ChatCommands.Is(text))
        {
            var message = new TypedMessage(text.StartsWith("//", StringComparison.Ordinal) ? text.Substring(1) : text, [.. Attachments.Select(static one => one.Part)]);
            Attachments.Clear();
            Send(message.ToMessage(), State);
            return;
        }

        try
        {
            ChatCommands.Run(this, text);
        }
        catch (Exception exception) when (exception is not PipelineStoppedException) // no failed command may end the chat
        {
            screen.Fail(exception.Message);
            _draft = TakesDraft && _draft.Length == 0 ? text : _draft;
        }
    }

    /// <param name="message">The user's message.</param>
    /// <param name="before">The conversation that it continues.</param>
    private void Send(ChatMessage message, ChatState before)
    {
        var answer = asker.Ask(before, message);
        Answers.AddRange(answer.Turn.Answers);
        foreach (var error in answer.Errors)
        {
            screen.Fail(error);
        }

        if (answer.Turn.Messages.Length > 0)
        {
            Keep(message, before, answer);
        }
        else
        {
            Return(message, answer);
        }

        _draft = _draft.Length > 0 && answer.Typed.Length > 0 ? $"{_draft}\n{answer.Typed}" : _draft + answer.Typed;
    }

    private void Keep(ChatMessage message, ChatState before, ChatAnswer answer)
    {
        var last = answer.Turn.Answers[answer.Turn.Answers.Length - 1];
        AnsweredBy = last["model"] as string ?? AnsweredBy;
        Change(before.With(new ChatTurn([message, .. answer.Turn.Messages], answer.IsWhole ? last as Response : null, IsPartial: !answer.IsWhole)));
        if (!answer.IsWhole)
        {
            screen.Say(ChatTurn.PartialNote);
        }
    }

    /// <summary>No answer arrived: the message does not become part of the conversation, but it is not lost.</summary>
    private void Return(ChatMessage message, ChatAnswer answer)
    {
        _unsent = message;
        if (answer.IsWhole)
        {
            screen.Fail(answer.Turn.Answers.Length > 0 ? "The answer has no text." : "There is no answer.");
        }

        if (TakesDraft)
        {
            var typed = TypedMessage.Of(message);
            _draft = typed.Text.StartsWith("/", StringComparison.Ordinal) ? "/" + typed.Text : typed.Text; // not a command
            Attachments.AddRange(typed.Attachments.Select(static (part, i) => ($"attachment {i + 1}", part)));
        }

        screen.Say(TakesDraft ? "[not answered: the message is in the line again]" : "[not answered: /retry sends the message again]");
    }
}
