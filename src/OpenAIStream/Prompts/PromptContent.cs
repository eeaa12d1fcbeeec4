using System.Text;

namespace OpenAIStream;

/// <summary>Piped input for one request: lines of text, and what messages contain besides text.</summary>
internal sealed class PromptContent
{
    private readonly StringBuilder _text = new();
    private readonly List<JsonMap> _parts = [];
    private bool _hasText;
    private bool _isAfterChunk;

    /// <summary>All of the text; text before an image or a file is only in <see cref="With"/>.</summary>
    public string Text => _text.ToString();

    /// <summary>Adds a prompt. The chunks of a stream are one text; every other input begins a line.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="source">The object from which it was read.</param>
    /// <exception cref="PromptException">It contains more than text and messages.</exception>
    public void Add(object prompt, object? source)
    {
        switch (prompt)
        {
            case string text:
                AddText(text, PlainValue.Base(source) is StreamChunk);
                break;
            case ChatMessage message when message.ContentParts.Count > 0:
                foreach (var part in message.ContentParts)
                {
                    AddPart(part);
                }

                break;
            case ChatMessage message:
                AddText(message.Text, isChunk: false);
                break;
            default:
                throw new PromptException("Items of the Responses API cannot be added to an instruction. Specify all of them as the argument.");
        }
    }

    /// <summary>The prompt of an instruction and this content: the instruction, a blank line, the content.</summary>
    /// <exception cref="PromptException">There is no content.</exception>
    public object With(object instruction)
    {
        if (_parts.Count == 0 && string.IsNullOrWhiteSpace(Text))
        {
            throw new PromptException("The pipeline contained no text for the instruction, so nothing was sent.", isEmpty: true);
        }

        if (instruction is string text && _parts.Count == 0)
        {
            return $"{text}\n\n{Text}";
        }

        if (instruction is object?[] items)
        {
            return (object?[])[.. items, .. PromptReader.Items(Message(new ChatMessage("user", ""), ""))];
        }

        return instruction is ChatMessage message
            ? Message(message.ToInput(), message.Content ?? "")
            : Message(new ChatMessage("user", ""), (string)instruction);
    }

    private ChatMessage Message(ChatMessage message, string instruction)
    {
        var before = message.ContentParts;
        if (before.Count == 0 && _parts.Count == 0)
        {
            message.Content = instruction.Length == 0 ? Text : $"{instruction}\n\n{Text}";
            return message;
        }

        var parts = new List<JsonMap>(before);
        if (instruction.Length > 0)
        {
            parts.Add(MediaFile.Text(instruction));
        }

        parts.AddRange(_parts);
        if (_text.Length > 0)
        {
            parts.Add(MediaFile.Text(Text));
        }

        message["content"] = parts;
        return message;
    }

    private void AddText(string text, bool isChunk)
    {
        if (_hasText && !(isChunk && _isAfterChunk))
        {
            _text.Append('\n');
        }

        _text.Append(text);
        _hasText = true;
        _isAfterChunk = isChunk;
    }

    private void AddPart(JsonMap part)
    {
        if (part["type"] is "text" && part["text"] is string text)
        {
            AddText(text, isChunk: false);
            return;
        }

        if (_text.Length > 0)
        {
            _parts.Add(MediaFile.Text(Text));
            _text.Clear();
        }

        _hasText = false;
        _parts.Add(part);
    }
}
