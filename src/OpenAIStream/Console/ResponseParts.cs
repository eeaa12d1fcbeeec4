using System.Globalization;

namespace OpenAIStream;

/// <summary>Tells what there is to show in the events of a response, or in a whole one.</summary>
internal sealed class ResponseParts
{
    private readonly Dictionary<string, ResponseItem> _items = new(StringComparer.Ordinal);
    private readonly HashSet<string> _shown = new(StringComparer.Ordinal); // items of which there have been deltas

    public IEnumerable<StreamPart> Of(ModelOutput chunk) => chunk switch
    {
        ResponseReasoningDeltaEvent reasoning => [new(PartKind.Reasoning, $"{Key(reasoning)}/{reasoning.SummaryIndex}", reasoning.Delta ?? "")],
        ResponseRefusalDeltaEvent refusal => [new(PartKind.Refusal, Key(refusal), refusal.Text)],
        ResponseArgumentsDeltaEvent arguments => Delta(arguments, arguments.Delta),
        ResponseArgumentsDoneEvent done => Whole(done, done.Arguments ?? done.CustomInput),
        ResponseCodeEvent { Delta: not null } code => Delta(code, code.Delta),
        ResponseCodeEvent code => Whole(code, code.Code),
        ResponseShellCommandEvent command => Delta(command, command.Delta),
        ResponsePartialImageEvent image => [new(PartKind.Note, Key(image), FormattableString.Invariant($" partial {image.ImageIndex + 1}"), "[image]")],
        ResponseAudioEvent { Delta: not null } => [new(PartKind.Note, "audio", "", "[audio]")],
        ResponseOutputItemEvent { Item: ResponseItem item } one => OfItem(Key(one), item, one.Type == "response.output_item.done"),
        ResponseLifecycleEvent { Response.IncompleteDetails: JsonMap details } => [StreamParts.Stopped(details["reason"] as string ?? "incomplete")],
        ResponseItemEvent some => [new(PartKind.Text, Key(some), some.Text)],
        Response whole => whole.Output.SelectMany((item, at) => OfWholeItem(at, item)),
        _ => [new(PartKind.Text, "", chunk.Text)],
    };

    private static string Key(ResponseItemEvent some) =>
        some.OutputIndex?.ToString(CultureInfo.InvariantCulture) ?? some.ItemId ?? "";

    private IEnumerable<StreamPart> Delta(ResponseItemEvent some, string? text)
    {
        string key = Key(some);
        _shown.Add(key);
        return _items.TryGetValue(key, out var item) ? [Piece(key, item, text ?? "")] : [StreamParts.Call(key, "tool", text ?? "")];
    }

    /// <summary>What is complete has come in deltas, or comes at once.</summary>
    private IEnumerable<StreamPart> Whole(ResponseItemEvent some, string? text) => _shown.Contains(Key(some)) ? [] : Delta(some, text);

    private IEnumerable<StreamPart> OfItem(string key, ResponseItem item, bool isDone)
    {
        if (item is ResponseMessageItem or ResponseReasoningItem)
        {
            yield break;
        }

        bool isNew = !_items.ContainsKey(key);
        _items[key] = item;
        string? content = isDone && !_shown.Contains(key) ? Content(item) : null;
        if (content is not null)
        {
            _shown.Add(key);
        }

        if (isNew || content is not null)
        {
            yield return Piece(key, item, content ?? "");
        }

        if (isDone && item is ResponseCodeInterpreterItem code)
        {
            foreach (var output in code.Outputs)
            {
                yield return output["logs"] is string logs
                    ? new(PartKind.Call, $"{key} output", logs, "[output]\n")
                    : new(PartKind.Note, $"{key} output", "", $"[{output["type"]}]");
            }
        }
    }

    private IEnumerable<StreamPart> OfWholeItem(int at, ResponseItem item)
    {
        string key = at.ToString(CultureInfo.InvariantCulture);
        return item switch
        {
            ResponseMessageItem message => message.Content.Select(part => part.Refusal is string refusal
                ? new StreamPart(PartKind.Refusal, key, refusal)
                : new StreamPart(PartKind.Text, key, part.Text ?? "")),
            ResponseReasoningItem reasoning => reasoning.Summary.Select((part, index) => new StreamPart(PartKind.Reasoning, $"{key}/{index}", part.Text ?? "")),
            _ => OfItem(key, item, isDone: true),
        };
    }

    private static StreamPart Piece(string key, ResponseItem item, string text) => item switch
    {
        ResponseFunctionCallItem call => StreamParts.Call(key, call.Name ?? "tool", text),
        ResponseCustomToolCallItem call => StreamParts.Call(key, call.Name ?? "tool", text),
        ResponseMcpItem { Type: "mcp_call" } call => StreamParts.Call(key, $"{call.ServerLabel}.{call.Name}", text),
        ResponseMcpItem { Type: "mcp_approval_request" } call => new(PartKind.Call, key, text, $"[approval asked] {call.ServerLabel}.{call.Name}(", ")"),
        ResponseMcpItem list => new(PartKind.Note, key, text, $"[tools of {list.ServerLabel}]"),
        ResponseCodeInterpreterItem => new(PartKind.Call, key, text, "[code]\n"),
        ResponseShellItem { Type: "shell_call_output" } => new(PartKind.Call, key, text, "[output]\n"),
        ResponseShellItem => new(PartKind.Call, key, text, "[shell] "),
        ResponseImageItem => new(PartKind.Note, key, text, "[image]"),
        _ => new(PartKind.Note, key, text, $"[{(item.Type ?? "item").Replace("_call", "").Replace('_', ' ')}]"),
    };

    /// <summary>What an item holds where no deltas have told it.</summary>
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
