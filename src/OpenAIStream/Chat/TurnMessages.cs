namespace OpenAIStream;

/// <summary>The result of joining the chunks of a turn.</summary>
/// <param name="Messages">The messages after the user's: tool calls, their results, the answer. Empty if no answer arrived.</param>
/// <param name="Answers">The answers, one for each request of the turn, as far as they arrived.</param>
internal sealed record TurnMessages(ChatMessage[] Messages, ModelOutput[] Answers)
{
    private static readonly TurnMessages None = new([], []);

    /// <summary>Joins chunks, including those of an answer that was cut off.</summary>
    /// <param name="chunks">The chunks of one turn, in the order in which they arrived.</param>
    /// <param name="sent">The number of messages that were sent before the turn's own.</param>
    public static TurnMessages Of(IEnumerable<StreamChunk> chunks, int sent)
    {
        var requests = chunks.GroupBy(StreamSource.Of).Where(static request => request.Key is not null).Select(Join).ToArray();
        if (requests.Length == 0)
        {
            return None;
        }

        ModelOutput[] answers = [.. requests.Select(static request => request.Answer)];
        ChatMessage[] said = requests[requests.Length - 1] switch
        {
            (var source, ChatCompletion completion) => [.. source.Messages.Skip(sent + 1), .. Last(completion.Choices is [var first, ..] ? first.Message : null)],
            (_, Response response) => [.. Rounds(requests), .. Last(Said(response, withCalls: false))],
            _ => [],
        };
        return new TurnMessages(said is [.., { Role: "assistant" }] ? said : [], answers);
    }

    private static (StreamSource Source, ModelOutput Answer) Join(IGrouping<StreamSource?, StreamChunk> request)
    {
        var joined = ChunkAccumulator.For(request.First());
        foreach (var chunk in request)
        {
            joined.Add(chunk);
        }

        return (request.Key!, request.Key!.Mark(joined.ToWhole(), isNew: false));
    }

    /// <summary>The last answer as the next request sends it, without tool calls: a service refuses calls without results.</summary>
    private static IEnumerable<ChatMessage> Last(ChatMessage? message)
    {
        var last = message?.ToInput();
        last?.Remove("tool_calls");
        return last is not null && (last.Text.Length > 0 || last.Audio is not null) ? [last] : [];
    }

    /// <summary>The rounds of tools before the last response: the calls, and their results from the next request.</summary>
    private static IEnumerable<ChatMessage> Rounds((StreamSource Source, ModelOutput Answer)[] requests)
    {
        for (int at = 0; at + 1 < requests.Length; at++)
        {
            var response = (Response)requests[at].Answer;
            var calls = new HashSet<string>(response.Output.OfType<ResponseFunctionCallItem>().Select(CallId), StringComparer.Ordinal);
            yield return Said(response, withCalls: true);
            foreach (var result in (requests[at + 1].Source.Context?["input"] as Array)?.OfType<JsonModel>() ?? [])
            {
                if (result["type"] is "function_call_output" && result["call_id"] is string id && calls.Contains(id))
                {
                    yield return new ChatMessage("tool", result["output"] as string ?? "") { ToolCallId = id };
                }
            }
        }
    }

    /// <summary>A response as a message. An item without text is represented by its type.</summary>
    private static ChatMessage Said(Response response, bool withCalls)
    {
        var calls = response.Output.OfType<ResponseFunctionCallItem>().ToArray();
        string text = response.Text.Length > 0 ? response.Text
            : string.Concat(response.Output.OfType<ResponseMessageItem>().Select(static message => message.Text));
        if (text.Length == 0 && !withCalls)
        {
            text = string.Join("\n", response.Output.Where(static item => item is not (ResponseReasoningItem or ResponseFunctionCallItem)).Select(static item => $"[{item.Type}]"));
        }

        var message = new ChatMessage("assistant", text);
        if (withCalls && calls.Length > 0)
        {
            message.ToolCalls = [.. calls.Select(static call => new ChatToolCall
            {
                Id = CallId(call),
                Type = "function",
                Function = new ChatFunctionCall { Name = call.Name, Arguments = call.Arguments },
            })];
        }

        return message;
    }

    private static string CallId(ResponseFunctionCallItem call) => (string.IsNullOrEmpty(call.CallId) ? call.Id : call.CallId) ?? "";
}
