using System.Text;

namespace OpenAIStream;

/// <summary>An item of a response as it arrives: as a whole at its beginning and its end, and in pieces between.</summary>
/// <param name="index">Its position in the output.</param>
/// <param name="told">The item as it was first sent.</param>
internal sealed class UnfinishedItem(int index, ResponseItem told)
{
    private readonly SortedDictionary<int, UnfinishedPart> _content = [];
    private readonly SortedDictionary<int, UnfinishedPart> _summary = [];
    private readonly Dictionary<string, StringBuilder> _texts = new(StringComparer.Ordinal);
    private bool _isAsTold; // whether the item, as it was last sent, contains everything that has arrived

    public int Index => index;

    public string? Id => JoinRules.Text(told, "id");

    public string? Kind => told.Type;

    public bool IsDone { get; private set; }

    /// <summary>The type of the item that a piece belongs to; null if the piece adds nothing to an item.</summary>
    public static string? KindOf(ResponseItemEvent piece) => piece switch
    {
        ResponseContentPartEvent part => part.Part?.Type is "reasoning_text" or "summary_text" ? "reasoning" : "message",
        ResponseTextDeltaEvent or ResponseTextDoneEvent or ResponseRefusalDeltaEvent or ResponseRefusalDoneEvent or ResponseAnnotationEvent => "message",
        ResponseReasoningPartEvent or ResponseReasoningDeltaEvent or ResponseReasoningDoneEvent => "reasoning",
        ResponseCodeEvent => "code_interpreter_call",
        ResponseArgumentsDeltaEvent or ResponseArgumentsDoneEvent => piece.Type switch
        {
            "response.custom_tool_call_input.delta" or "response.custom_tool_call_input.done" => "custom_tool_call",
            "response.mcp_call_arguments.delta" or "response.mcp_call_arguments.done" => "mcp_call",
            _ => "function_call",
        },
        _ => null,
    };

    /// <summary>Creates an item whose pieces arrived before the item itself.</summary>
    public static ResponseItem NewItem(string kind, string? id)
    {
        var item = (ResponseItem)ResponseItem.AnyShape.OfType(kind).Create();
        if (!string.IsNullOrEmpty(id))
        {
            item["id"] = id;
        }

        item["type"] = kind;
        if (kind == "message")
        {
            item["role"] = "assistant";
        }

        return item;
    }

    public bool Fits(string kind) => told.Type == kind;

    /// <summary>Takes the item as it was sent; absent fields keep what has arrived.</summary>
    public void Tell(ResponseItem item, bool isDone)
    {
        told = item;
        IsDone = isDone;
        _isAsTold = Tell(item, "content", _content) & Tell(item, "summary", _summary);
        foreach (var text in _texts)
        {
            string whole = item.Find(text.Key) as string ?? "";
            _isAsTold &= whole.Length > 0 || text.Value.Length == 0;
            Set(text.Value, whole);
        }
    }

    public void Join(ResponseItemEvent piece)
    {
        _isAsTold = false;
        switch (piece)
        {
            case ResponseContentPartEvent part:
                Part(_content, piece.ContentIndex).Tell(part.Part, part.Type!.EndsWith(".done", StringComparison.Ordinal));
                break;
            case ResponseReasoningPartEvent part:
                Part(_summary, part.SummaryIndex, "summary_text").Tell(part.Part, part.Type!.EndsWith(".done", StringComparison.Ordinal));
                break;
            case ResponseTextDeltaEvent delta:
                Part(_content, piece.ContentIndex).Add(delta.Delta, delta.Find("logprobs") as object?[]);
                break;
            case ResponseTextDoneEvent done:
                Set(Part(_content, piece.ContentIndex).Text, done.FullText);
                break;
            case ResponseAnnotationEvent { Annotation: not null } added:
                Part(_content, piece.ContentIndex).Annotations.Add(added.Annotation);
                break;
            case ResponseRefusalDeltaEvent delta:
                Part(_content, piece.ContentIndex, "refusal").Text.Append(delta.Delta);
                break;
            case ResponseRefusalDoneEvent done:
                Set(Part(_content, piece.ContentIndex, "refusal").Text, done.Refusal);
                break;
            case ResponseReasoningDeltaEvent delta:
                Reasoning(piece, delta.SummaryIndex).Text.Append(delta.Delta);
                break;
            case ResponseReasoningDoneEvent done:
                Set(Reasoning(piece, done.SummaryIndex).Text, done.FullText);
                break;
            case ResponseArgumentsDeltaEvent delta:
                Text(ArgumentsField).Append(delta.Delta);
                break;
            case ResponseArgumentsDoneEvent done:
                Set(Text(ArgumentsField), done.CustomInput ?? done.Arguments);
                TellName(done.Name);
                break;
            case ResponseCodeEvent { Delta: not null } delta:
                Text("code").Append(delta.Delta);
                break;
            case ResponseCodeEvent done:
                Set(Text("code"), done.Code);
                break;
        }
    }

    /// <summary>The readable text of the item so far: empty if it is not a message, or not part of the answer.</summary>
    public string ReadText() => told is not ResponseMessageItem { IsCommentary: false } message ? ""
        : _isAsTold || _content.Count == 0 ? message.Text
        : ResponseMessageItem.ReadText(_content.Values.Select(static part => part.Build()));

    /// <summary>The item, as far as it has arrived.</summary>
    public ResponseItem Build()
    {
        if (_isAsTold)
        {
            return told;
        }

        var copy = (ResponseItem)told.Copy();
        foreach (var text in _texts.Where(static text => text.Value.Length > 0))
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

    private string ArgumentsField => told.Type == "custom_tool_call" ? "input" : "arguments";

    private UnfinishedPart Reasoning(ResponseItemEvent piece, int? summary) =>
        summary is int at ? Part(_summary, at, "summary_text") : Part(_content, piece.ContentIndex, "reasoning_text");

    private void TellName(string? name)
    {
        if (!string.IsNullOrEmpty(name) && JoinRules.Text(told, "name") is null)
        {
            told = (ResponseItem)told.Copy();
            told["name"] = name;
        }
    }

    /// <summary>Returns false if more parts, or more of them, have arrived than the item contains.</summary>
    private static bool Tell(ResponseItem item, string list, SortedDictionary<int, UnfinishedPart> parts)
    {
        var told = item.Find(list) as ResponseContentPart[] ?? [];
        bool isAll = true;
        foreach (var part in parts.Where(part => part.Key >= told.Length))
        {
            isAll &= part.Value.IsEmpty;
        }

        for (int i = 0; i < told.Length; i++)
        {
            isAll &= Part(parts, i).Tell(told[i], isWhole: true);
        }

        return isAll;
    }

    private StringBuilder Text(string field)
    {
        if (!_texts.TryGetValue(field, out var text))
        {
            _texts.Add(field, text = new StringBuilder(IsDone ? told.Find(field) as string : null));
        }

        return text;
    }

    /// <summary>A text that is sent as a whole counts; pieces can still follow.</summary>
    private static void Set(StringBuilder text, string? whole)
    {
        if (!string.IsNullOrEmpty(whole))
        {
            text.Clear().Append(whole);
        }
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
        private readonly List<object?> _logprobs = [];
        private ResponseContentPart? _told;

        public StringBuilder Text { get; } = new();

        public List<ResponseAnnotation> Annotations { get; } = [];

        public bool IsEmpty => Text.Length == 0 && Annotations.Count == 0;

        public void Add(string? text, object?[]? logprobs)
        {
            Text.Append(text);
            _logprobs.AddRange(logprobs ?? []);
        }

        /// <summary>Takes the part as it was sent. Returns false if more has arrived than it contains.</summary>
        public bool Tell(ResponseContentPart? part, bool isWhole)
        {
            _told = part ?? _told;
            string text = (part?.Type == "refusal" ? part.Refusal : part?.Text) ?? "";
            bool isAll = (text.Length > 0 || Text.Length == 0) && (part?.Annotations.Count > 0 || Annotations.Count == 0);
            Set(Text, isWhole ? text : null);
            return isAll;
        }

        public ResponseContentPart Build()
        {
            var copy = (ResponseContentPart?)_told?.Copy() ?? new ResponseContentPart { ["type"] = type };
            if (Text.Length > 0)
            {
                copy[copy.Type == "refusal" ? "refusal" : "text"] = Text.ToString();
            }

            if (Annotations.Count > 0 && copy.Annotations.Count == 0)
            {
                copy["annotations"] = Annotations.ToArray();
            }

            if (_logprobs.Count > 0 && copy.Logprobs.Count == 0)
            {
                copy["logprobs"] = _logprobs.ToArray();
            }

            return copy;
        }
    }
}
