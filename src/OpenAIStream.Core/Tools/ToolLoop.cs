namespace OpenAIStream;

/// <summary>
/// The rounds of one conversation with tools: an answer that asks for tools is followed by a request that carries their
/// results, until an answer asks for none.
/// </summary>
/// <param name="maximumRounds">How often tools may be run.</param>
/// <param name="run">Runs one call and gives the text that the model gets for it.</param>
internal sealed class ToolLoop(int maximumRounds, Func<ChatTool, JsonMap, string> run)
{
    private int _rounds;

    /// <summary>The request that follows an answer; null when the answer is the last.</summary>
    /// <exception cref="ToolRoundLimitException">Tools have been run as often as they may be.</exception>
    public ChatCompletionRequest? Next(ChatCompletionRequest request, ChatCompletion answer)
    {
        var choice = answer.Choices.Count > 0 ? answer.Choices[0] : null;
        var calls = choice?.Message?.ToolCalls ?? [];

        // An answer that was cut short may hold half a call.
        if (choice is null || choice.FinishReason is "length" or "content_filter" || !MayRun(request.Tools, calls.Select(static call => call.Function?.Name), answer.Messages))
        {
            return null;
        }

        var next = (ChatCompletionRequest)request.Copy();
        object?[] before = [.. ((Array)request["messages"]!).Cast<object?>()];
        next["messages"] = before.Append(choice.Message!.ToInput()).Concat(calls.Select(call =>
            new ChatMessage("tool", Result(request.Tools, call.Function?.Name, call.Function?.Arguments)) { ToolCallId = call.Id })).ToArray();
        if (request.ToolChoice is not (null or "auto" or "none"))
        {
            next.ToolChoice = "auto"; // a choice that was forced is made; forced again, the model could never answer
        }

        return next;
    }

    /// <summary>The same for responses. The service knows what was said before, unless it was told not to keep it.</summary>
    /// <param name="request">The request that was answered.</param>
    /// <param name="tools">The tools that it named.</param>
    /// <param name="answer">The answer.</param>
    /// <exception cref="ToolRoundLimitException">Tools have been run as often as they may be.</exception>
    public ResponseRequest? Next(ResponseRequest request, IReadOnlyList<ChatTool> tools, Response answer)
    {
        ResponseFunctionCallItem[] calls = [.. answer.Output.OfType<ResponseFunctionCallItem>()];
        if (answer.Status != "completed" || !MayRun(tools, calls.Select(static call => call.Name), []))
        {
            return null;
        }

        var next = (ResponseRequest)request.Copy();
        var results = calls.Select(call => new JsonMap
        {
            ["type"] = "function_call_output",
            ["call_id"] = call.CallId,
            ["output"] = Result(tools, call.Name, call.Arguments),
        });
        if (request.Store == false)
        {
            object?[] before = request.Input is Array items ? [.. items.Cast<object?>()] : [new JsonMap { ["role"] = "user", ["content"] = request.Input }];
            next.Input = before.Concat(answer.Output).Concat(results).ToArray();
        }
        else
        {
            next.Input = results.ToArray();
            next.PreviousResponseId = answer.Id;
        }

        if (request.ToolChoice is not (null or "auto" or "none"))
        {
            next.ToolChoice = "auto";
        }

        return next;
    }

    private bool MayRun(IReadOnlyList<ChatTool> tools, IEnumerable<string?> names, IReadOnlyList<ChatMessage> conversation)
    {
        string?[] asked = [.. names];

        // A tool without a command is the caller's to run.
        if (asked.Length == 0 || asked.Any(name => Find(tools, name) is { Command: null }))
        {
            return false;
        }

        return _rounds++ < maximumRounds ? true : throw new ToolRoundLimitException(maximumRounds, conversation);
    }

    private static ChatTool? Find(IReadOnlyList<ChatTool> tools, string? name) => tools.FirstOrDefault(tool => tool.Name == name);

    private string Result(IReadOnlyList<ChatTool> tools, string? name, string? json)
    {
        if (Find(tools, name) is not ChatTool tool)
        {
            return $"Error: There is no tool named '{name}'. There are: {string.Join(", ", tools.Select(static known => known.Name))}.";
        }

        return ToolArguments.TryRead(tool, json, out var arguments, out string? error) ? run(tool, arguments) : $"Error: {error}";
    }
}
