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

        // An answer that was cut short may hold half a call. A tool without a command is the caller's to run.
        if (calls.Count == 0 || choice!.FinishReason is "length" or "content_filter" || calls.Any(call => Find(request, call) is { Command: null }))
        {
            return null;
        }

        if (_rounds == maximumRounds)
        {
            throw new ToolRoundLimitException(maximumRounds, answer.Messages);
        }

        _rounds++;
        var next = (ChatCompletionRequest)request.Copy();
        object?[] before = [.. ((Array)request["messages"]!).Cast<object?>()];
        next["messages"] = before.Append(choice.Message!.ToInput()).Concat(calls.Select(call => Answer(request, call))).ToArray();
        if (request.ToolChoice is not (null or "auto" or "none"))
        {
            next.ToolChoice = "auto"; // a choice that was forced is made; forced again, the model could never answer
        }

        return next;
    }

    private static ChatTool? Find(ChatCompletionRequest request, ChatToolCall call) =>
        request.Tools.FirstOrDefault(tool => tool.Name == call.Function?.Name);

    private ChatMessage Answer(ChatCompletionRequest request, ChatToolCall call) =>
        new("tool", Result(request, call)) { ToolCallId = call.Id };

    private string Result(ChatCompletionRequest request, ChatToolCall call)
    {
        var tool = Find(request, call);
        if (tool is null)
        {
            return $"Error: There is no tool named '{call.Function?.Name}'. There are: {string.Join(", ", request.Tools.Select(static known => known.Name))}.";
        }

        return ToolArguments.TryRead(tool, call.Function!.Arguments, out var arguments, out string? error) ? run(tool, arguments) : $"Error: {error}";
    }
}
