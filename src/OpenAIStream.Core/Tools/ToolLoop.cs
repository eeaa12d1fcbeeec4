namespace OpenAIStream;

/// <summary>
/// Runs the tools of one conversation. An answer that requests tools is followed by a request with their results, until an
/// answer requests none:
/// <code>
/// var loop = new ToolLoop((tool, arguments) => Run(tool.Name, arguments));
/// ChatCompletion answer;
/// for (var next = request; next is not null; next = loop.Next(next, answer))
/// {
///     answer = client.Chat.Create(next);
/// }
/// </code>
/// The arguments of the model are checked first: if they are not JSON, or contain an undeclared parameter, the tool is not
/// run and the model receives an error.
/// </summary>
/// <remarks>One loop serves one conversation; it is not safe for use by several threads at once.</remarks>
public sealed class ToolLoop
{
    private readonly Func<ChatTool, JsonMap, CancellationToken, Task<string>> _run;
    private readonly bool _isSynchronous;
    private int _rounds;

    /// <summary>Creates a loop whose tools are run by a function.</summary>
    /// <param name="run">Runs a tool and returns the text that the model receives. If it throws, the loop ends.</param>
    public ToolLoop(Func<ChatTool, JsonMap, string> run)
        : this((tool, arguments, _) => Task.FromResult(run(tool, arguments)))
    {
        Guard.NotNull(run, nameof(run));
        _isSynchronous = true;
    }

    /// <summary>Creates a loop whose tools are run by an asynchronous function.</summary>
    /// <param name="run">Runs a tool and returns the text that the model receives. If it throws, the loop ends.</param>
    public ToolLoop(Func<ChatTool, JsonMap, CancellationToken, Task<string>> run)
    {
        Guard.NotNull(run, nameof(run));
        _run = run;
    }

    /// <summary>The maximum number of times that the model can request tools. Default 10.</summary>
    public int MaximumRounds { get; init; } = 10;

    /// <summary>The maximum number of tool calls in one answer. Default 100. If an answer requests more, none is run.</summary>
    public int MaximumCalls { get; init; } = 100;

    /// <summary>
    /// Whether a tool is run here; by default, all are. An answer that requests another tool ends the loop, and the caller
    /// has to answer its calls.
    /// </summary>
    public Func<ChatTool, bool> CanRun { get; init; } = static _ => true;

    /// <summary>Returns the request that follows an answer; null if the answer is the last.</summary>
    /// <param name="request">The answered request, with its tools.</param>
    /// <param name="answer">The answer. An answer that was cut short is the last, because it may contain an incomplete call.</param>
    /// <exception cref="ToolRoundLimitException">The maximum number of tool rounds has been reached.</exception>
    /// <exception cref="ToolCallLimitException">The answer requests more calls than allowed.</exception>
    public ChatCompletionRequest? Next(ChatCompletionRequest request, ChatCompletion answer) => Wait(() => NextAsync(request, answer, default));

    /// <inheritdoc cref="Next(ChatCompletionRequest, ChatCompletion)"/>
    public async Task<ChatCompletionRequest?> NextAsync(ChatCompletionRequest request, ChatCompletion answer, CancellationToken cancellationToken = default)
    {
        Guard.NotNull(request, nameof(request));
        Guard.NotNull(answer, nameof(answer));
        if (answer.Choices is not [{ Message: ChatMessage message } choice, ..] || ToolCalls.IsCut(choice.FinishReason, message.ToolCalls))
        {
            return null;
        }

        var tools = request.Tools;
        message = ToolCalls.WithIds(message, request.Messages.Count);
        var calls = message.ToolCalls;
        if (!MayRun(tools, calls.Select(static call => call.Function?.Name), () => [.. request.Messages, message]))
        {
            return null;
        }

        var following = new List<object?>(((Array)request["messages"]!).Cast<object?>()) { message.ToInput() };
        foreach (var call in calls)
        {
            string result = await ResultAsync(tools, call.Function?.Name, call.Function?.Arguments, cancellationToken).ConfigureAwait(false);
            following.Add(new ChatMessage("tool", result) { ToolCallId = call.Id });
        }

        var next = (ChatCompletionRequest)request.Copy();
        next["messages"] = following;
        next.ToolChoice = Following(request.ToolChoice);
        return next;
    }

    /// <inheritdoc cref="NextAsync(ResponseRequest, Response, CancellationToken)"/>
    public ResponseRequest? Next(ResponseRequest request, Response answer) => Wait(() => NextAsync(request, answer, default));

    /// <summary>
    /// Returns the request that follows a response; null if the response is the last. The service knows the conversation so
    /// far, unless it does not store the response; then the whole conversation is sent again, with its items unchanged. A
    /// request in a stored conversation stays in it.
    /// </summary>
    /// <inheritdoc cref="Next(ChatCompletionRequest, ChatCompletion)"/>
    public async Task<ResponseRequest?> NextAsync(ResponseRequest request, Response answer, CancellationToken cancellationToken = default)
    {
        Guard.NotNull(request, nameof(request));
        Guard.NotNull(answer, nameof(answer));
        ChatTool[] tools = [.. request.Tools.Select(ChatTool.FromResponse)];
        ResponseFunctionCallItem[] calls = [.. answer.Output.OfType<ResponseFunctionCallItem>()];
        if (answer.Status is not (null or "" or "completed") || !MayRun(tools, calls.Select(static call => call.Name), static () => []))
        {
            return null;
        }

        var results = new List<JsonMap>();
        foreach (var call in calls)
        {
            string result = await ResultAsync(tools, call.Name, call.Arguments, cancellationToken).ConfigureAwait(false);
            results.Add(new JsonMap { ["type"] = "function_call_output", ["call_id"] = string.IsNullOrEmpty(call.CallId) ? call.Id : call.CallId, ["output"] = result });
        }

        var next = (ResponseRequest)request.Copy();
        if (request.Conversation is not null)
        {
            next.Input = results; // the service adds the answer to the conversation itself
        }
        else
        {
            GoOn(request, answer, [.. results], next);
        }

        next.ToolChoice = Following(request.ToolChoice);
        return next;
    }

    /// <summary>Makes the next request send only new input if the service has the rest, and keeps the rest in case the service loses it.</summary>
    private static void GoOn(ResponseRequest request, Response answer, object?[] results, ResponseRequest next)
    {
        bool isStored = request.Store != false && answer["store"] is not false && !string.IsNullOrEmpty(answer.Id);
        object?[] items = request.Input is Array several ? [.. several.Cast<object?>()] : [new JsonMap { ["role"] = "user", ["content"] = request.Input }];
        object?[]? before = !isStored ? items : request.KnownContext is { } known ? known.Whole : request.PreviousResponseId is null ? items : request.WholeInput?.ToArray();
        object?[]? whole = before is null ? null : [.. before, .. answer.Output, .. results];
        if (isStored)
        {
            next.Input = results;
            next.PreviousResponseId = answer.Id;
        }
        else
        {
            next.Input = whole;
        }

        next.WholeInput = null;
        next.Context = string.IsNullOrEmpty(answer.Id) ? null : new ResponseContext(answer.Id!, results, whole, next.Find("input"));
    }

    /// <summary>A forced choice has been made; if it were forced again, the model could never answer.</summary>
    private static object? Following(object? choice) => choice is null or "auto" or "none" ? choice : "auto";

    private bool MayRun(IReadOnlyList<ChatTool> tools, IEnumerable<string?> names, Func<IReadOnlyList<ChatMessage>> conversation)
    {
        string?[] asked = [.. names];
        if (asked.Length == 0 || asked.Any(name => Find(tools, name) is ChatTool tool && !CanRun(tool)))
        {
            return false;
        }

        if (asked.Length > MaximumCalls)
        {
            throw new ToolCallLimitException(FormattableString.Invariant($"The model requested {asked.Length} tool calls in one answer; the limit is {MaximumCalls}. None of them was run."));
        }

        return _rounds++ < MaximumRounds ? true : throw new ToolRoundLimitException(
            FormattableString.Invariant($"The model requested tools again after {MaximumRounds} rounds, which is the limit."), conversation());
    }

    // A built-in tool has no name.
    private static ChatTool? Find(IReadOnlyList<ChatTool> tools, string? name) => name is null ? null : tools.FirstOrDefault(tool => tool.Name == name);

    private Task<string> ResultAsync(IReadOnlyList<ChatTool> tools, string? name, string? json, CancellationToken stop)
    {
        if (Find(tools, name) is not ChatTool tool)
        {
            return Task.FromResult($"Error: There is no tool named '{name}'. The tools are: {string.Join(", ", tools.Select(static known => known.Name).OfType<string>())}.");
        }

        return ToolArguments.TryRead(tool, json, out var arguments, out string? error) ? _run(tool, arguments, stop) : Task.FromResult($"Error: {error}");
    }

    // A synchronous function runs on the caller's thread, as one of PowerShell has to.
    private T Wait<T>(Func<Task<T>> next) => _isSynchronous ? next().GetAwaiter().GetResult() : Blocking.Run(next);
}
