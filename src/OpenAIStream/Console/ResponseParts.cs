using System.Globalization;

namespace OpenAIStream;

/// <summary>Finds what to show of the events of a response, or of a whole response.</summary>
internal sealed class ResponseParts
{
    private readonly Dictionary<string, ResponseItem> _items = new(StringComparer.Ordinal);
    private readonly HashSet<string> _shown = new(StringComparer.Ordinal); // items with deltas
    private readonly HashSet<string> _withOutputs = new(StringComparer.Ordinal);
    private readonly ResponseText _text = new();

    public IEnumerable<StreamPart> Of(ModelOutput chunk) => chunk switch
    {
        ResponseReasoningDeltaEvent reasoning => [Reasoning(reasoning, reasoning.SummaryIndex, _text.Add(ReasoningKey(reasoning, reasoning.SummaryIndex), null, reasoning.Delta ?? ""))],
        ResponseReasoningDoneEvent reasoning => [Reasoning(reasoning, reasoning.SummaryIndex, _text.RestOfPart(ReasoningKey(reasoning, reasoning.SummaryIndex), null, reasoning.FullText))],
        ResponseRefusalDeltaEvent refusal => [new(PartKind.Refusal, Key(refusal), _text.Add(Key(refusal), refusal.ContentIndex, refusal.Text))],
        ResponseRefusalDoneEvent refusal => [new(PartKind.Refusal, Key(refusal), _text.RestOfPart(Key(refusal), refusal.ContentIndex, refusal.Refusal))],
        ResponseTextDoneEvent done => [Answer(Key(done), _text.RestOfPart(Key(done), done.ContentIndex, done.FullText))],
        ResponseContentPartEvent { Type: "response.content_part.done", Part.Text: string text } done => [Answer(Key(done), _text.RestOfPart(Key(done), done.ContentIndex, text))],
        ResponseArgumentsDeltaEvent arguments => Delta(arguments, arguments.Delta),
        ResponseArgumentsDoneEvent done => Whole(done, done.Arguments ?? done.CustomInput),
        ResponseCodeEvent { Delta: not null } code => Delta(code, code.Delta),
        ResponseCodeEvent code => Whole(code, code.Code),
        ResponseShellCommandEvent command => Delta(command, command.Delta),
        ResponsePartialImageEvent image => [new(PartKind.Note, Key(image), FormattableString.Invariant($" partial {image.ImageIndex + 1}"), "[image]") { Image = () => StreamParts.Decode(image.ImageBase64), IsPartial = true }],
        ResponseAudioEvent { Delta: not null } => [new(PartKind.Note, "audio", "", "[audio]")],
        ResponseOutputItemEvent { Item: ResponseItem item } one => OfItem(Key(one), item, one.Type == "response.output_item.done"),
        ResponseLifecycleEvent last => ResponseEnd.Status(last.Type) is string end ? OfWhole(last.Response?.Output ?? []).Concat(Stop(last.Response, end)) : [],
        ResponseEvent { Type: null } whole when whole["output"] is ResponseItem[] output => OfWhole(output).Concat(Stop(whole, null)),
        ResponseItemEvent some => [Answer(Key(some), _text.Add(Key(some), some.ContentIndex, some.Text))],
        Response whole => OfWhole(whole.Output).Concat(Stop(whole, null)),
        _ => [new(PartKind.Text, "", chunk.Text)],
    };

    /// <summary>What a whole response contains that its events did not.</summary>
    private StreamPart[] OfWhole(IReadOnlyList<ResponseItem> output) =>
        [.. output.SelectMany((item, at) => OfItem(KeyOf(item) ?? at.ToString(CultureInfo.InvariantCulture), item, isDone: true))];

    /// <summary>The key of an item that has occurred in an event.</summary>
    private string? KeyOf(ResponseItem item) => _items.FirstOrDefault(known => known.Value.Id is { Length: > 0 } id && id == item.Id).Key;

    /// <summary>Why a response stopped early.</summary>
    private static IEnumerable<StreamPart> Stop(JsonModel? response, string? end)
    {
        string? reason = (response?["incomplete_details"] as JsonModel)?["reason"] as string;
        string? status = response?["status"] as string ?? end;
        return !string.IsNullOrEmpty(reason) ? [StreamParts.Stopped(reason!)]
            : status is "incomplete" or "cancelled" or "failed" ? [StreamParts.Stopped(status)]
            : [];
    }

    private static string Key(ResponseItemEvent some) =>
        some.OutputIndex?.ToString(CultureInfo.InvariantCulture) ?? some.ItemId ?? "";

    private static string ReasoningKey(ResponseItemEvent some, int? summary) => $"{Key(some)}/{summary}";

    private static StreamPart Reasoning(ResponseItemEvent some, int? summary, string text) => new(PartKind.Reasoning, ReasoningKey(some, summary), text);

    /// <summary>Text of a message: the answer, or what the model says it is about to do.</summary>
    private StreamPart Answer(string key, string text) => _items.TryGetValue(key, out var item) && item is ResponseMessageItem { Phase: "commentary" }
        ? new(PartKind.Reasoning, $"{key}/commentary", text, text.Length > 0 ? "[commentary] " : "")
        : new(PartKind.Text, key, text);

    private IEnumerable<StreamPart> Delta(ResponseItemEvent some, string? text)
    {
        string key = Key(some);
        _shown.Add(key);
        return _items.TryGetValue(key, out var item) ? [Piece(key, item, text ?? "")] : [StreamParts.Call(key, "tool", text ?? "")];
    }

    /// <summary>A complete text, unless its deltas have already been shown.</summary>
    private IEnumerable<StreamPart> Whole(ResponseItemEvent some, string? text) => _shown.Contains(Key(some)) ? [] : Delta(some, text);

    private IEnumerable<StreamPart> OfItem(string key, ResponseItem item, bool isDone) => item switch
    {
        ResponseMessageItem message => OfMessage(key, message),
        ResponseReasoningItem reasoning => OfReasoning(key, reasoning),
        _ => OfCall(key, item, isDone),
    };

    private StreamPart[] OfMessage(string key, ResponseMessageItem message)
    {
        _items[key] = message;
        if (message.Content.Any(static part => !string.IsNullOrEmpty(part.Refusal)))
        {
            return [new(PartKind.Refusal, key, _text.Rest(key, message.Text))];
        }

        return [Answer(key, _text.Rest(key, message.Text))];
    }

    private IEnumerable<StreamPart> OfReasoning(string key, ResponseReasoningItem reasoning)
    {
        var parts = reasoning.Summary.Count > 0 ? reasoning.Summary.Select(static (part, at) => (part, (int?)at)) : reasoning.Content.Select(static part => (part, (int?)null));
        foreach (var (part, at) in parts)
        {
            yield return new(PartKind.Reasoning, $"{key}/{at}", _text.Rest($"{key}/{at}", part.Text ?? ""));
        }
    }

    private IEnumerable<StreamPart> OfCall(string key, ResponseItem item, bool isDone)
    {
        bool isNew = !_items.ContainsKey(key);
        _items[key] = item;
        string? content = isDone && !_shown.Contains(key) ? Content(item) : null;
        if (content is not null)
        {
            _shown.Add(key);
        }

        if (isNew || content is not null)
        {
            yield return Piece(key, item, content ?? "") with { Image = isDone && item is ResponseImageItem image ? () => StreamParts.Decode(image.ImageBase64) : null };
        }

        if (isDone && _withOutputs.Add(key) && item is ResponseCodeInterpreterItem code)
        {
            foreach (var output in code.Outputs)
            {
                yield return output["logs"] is string logs
                    ? new(PartKind.Call, $"{key} output", logs, "[output]\n")
                    : new(PartKind.Note, $"{key} output", "", $"[{output["type"]}]");
            }
        }
    }

    private static StreamPart Piece(string key, ResponseItem item, string text) => item switch
    {
        ResponseFunctionCallItem call => StreamParts.Call(key, call.Name ?? "tool", text),
        ResponseCustomToolCallItem call => StreamParts.Call(key, call.Name ?? "tool", text),
        ResponseMcpItem { Type: "mcp_call" } call => StreamParts.Call(key, $"{call.ServerLabel}.{call.Name}", text),
        ResponseMcpItem { Type: "mcp_approval_request" } call => new(PartKind.Call, key, text, $"[approval requested] {call.ServerLabel}.{call.Name}(", ")"),
        ResponseMcpItem list => new(PartKind.Note, key, text, $"[tools of {list.ServerLabel}]"),
        ResponseCodeInterpreterItem => new(PartKind.Call, key, text, "[code]\n"),
        ResponseShellItem { Type: "shell_call_output" } => new(PartKind.Call, key, text, "[output]\n"),
        ResponseShellItem => new(PartKind.Call, key, text, "[shell] "),
        ResponseImageItem => new(PartKind.Note, key, text, "[image]"),
        _ => new(PartKind.Note, key, text, $"[{(item.Type ?? "item").Replace("_call", "").Replace('_', ' ')}]"),
    };

    /// <summary>The content of an item whose deltas have not been sent.</summary>
    private static string? Content(ResponseItem item) => item switch
    {
        ResponseFunctionCallItem call => call.Arguments,
        ResponseCustomToolCallItem call => call.Input,
        ResponseMcpItem { Type: "mcp_list_tools" } list => $" {list.Tools.Count}",
        ResponseMcpItem call => call.Arguments,
        ResponseCodeInterpreterItem code => code.Code,
        ResponseShellItem { Type: "shell_call_output" } shell => string.Concat(shell.Output.Select(static one => $"{one["stdout"]}{one["stderr"]}")),
        ResponseShellItem shell => string.Join("\n", (shell.Action?["commands"] as object[] ?? (shell.Action?["command"] as object[]) ?? []).OfType<string>()),
        ResponsePatchItem patch => $" {StreamParts.Words(patch.Operation?["type"] as string, patch.Operation?["path"] as string)}",
        ResponseSearchItem search => $" {string.Join("; ", search.Queries.Concat([search.Action?["query"] as string ?? ""]).Where(static query => query.Length > 0))}".TrimEnd(),
        ResponseImageItem image => $" {StreamParts.Words(image.Size, image.OutputFormat)}".TrimEnd(),
        _ => null,
    };
}
