using System.Text;

namespace OpenAIStream;

/// <summary>An item of a response that is still coming.</summary>
internal sealed class UnfinishedItem(ResponseItem item, bool isDone)
{
    private readonly SortedDictionary<int, UnfinishedPart> _content = [];
    private readonly SortedDictionary<int, UnfinishedPart> _summary = [];
    private readonly Dictionary<string, StringBuilder> _texts = new(StringComparer.Ordinal);

    public void Join(ResponseItemEvent piece)
    {
        switch (piece)
        {
            case ResponseContentPartEvent added:
                Part(_content, piece.ContentIndex).Part = added.Part;
                break;
            case ResponseReasoningPartEvent added:
                Part(_summary, added.SummaryIndex).Part = added.Part;
                break;
            case ResponseTextDeltaEvent delta:
                Part(_content, piece.ContentIndex).Text.Append(delta.Delta);
                break;
            case ResponseRefusalDeltaEvent delta:
                Part(_content, piece.ContentIndex, "refusal").Text.Append(delta.Delta);
                break;
            case ResponseReasoningDeltaEvent { SummaryIndex: int summary } delta:
                Part(_summary, summary, "summary_text").Text.Append(delta.Delta);
                break;
            case ResponseReasoningDeltaEvent delta:
                Part(_content, piece.ContentIndex, "reasoning_text").Text.Append(delta.Delta);
                break;
            case ResponseArgumentsDeltaEvent delta:
                Text(piece.Type == "response.custom_tool_call_input.delta" ? "input" : "arguments").Append(delta.Delta);
                break;
            case ResponseCodeEvent { Delta: not null } delta:
                Text("code").Append(delta.Delta);
                break;
            default:
                break; // the end of a piece, whose text has come, or progress
        }
    }

    /// <summary>What a person would read of the item so far.</summary>
    public string ReadText() => item is not ResponseMessageItem message ? ""
        : isDone || _content.Count == 0 ? message.Text
        : ResponseMessageItem.ReadText(_content.Values.Select(static part => part.Build()));

    /// <summary>The item, as far as it has come.</summary>
    public ResponseItem Build()
    {
        if (isDone)
        {
            return item;
        }

        var copy = (ResponseItem)item.Copy();
        foreach (var text in _texts)
        {
            copy[text.Key] = text.Value.ToString();
        }

        foreach (var (name, parts) in new[] { ("content", _content), ("summary", _summary) })
        {
            if (parts.Count > 0)
            {
                copy[name] = parts.Values.Select(static part => part.Build()).ToArray();
            }
        }

        return copy;
    }

    private StringBuilder Text(string field)
    {
        if (!_texts.TryGetValue(field, out var text))
        {
            _texts.Add(field, text = new StringBuilder());
        }

        return text;
    }

    private static UnfinishedPart Part(SortedDictionary<int, UnfinishedPart> parts, int? index, string type = "output_text")
    {
        if (!parts.TryGetValue(index ?? 0, out var part))
        {
            parts.Add(index ?? 0, part = new UnfinishedPart(type));
        }

        return part;
    }

    private sealed class UnfinishedPart(string type)
    {
        public ResponseContentPart? Part { get; set; }

        public StringBuilder Text { get; } = new();

        public ResponseContentPart Build()
        {
            var copy = (ResponseContentPart?)Part?.Copy() ?? new ResponseContentPart { ["type"] = type };
            if (Text.Length > 0)
            {
                copy[copy.Type == "refusal" ? "refusal" : "text"] = Text.ToString();
            }

            return copy;
        }
    }
}
