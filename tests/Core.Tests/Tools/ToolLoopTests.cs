using Xunit;

namespace OpenAIStream.Tests.Tools;

public class ToolLoopTests
{
    private static readonly ChatTool Add = Tool("add", "A", "B");

    private readonly List<string> _run = [];

    [Fact]
    public void An_answer_without_tool_calls_is_the_last()
    {
        Assert.Null(Loop().Next(Request(), Answer("stop")));
        Assert.Null(Loop().Next(Request(), new ChatCompletion()));
    }

    [Fact]
    public void The_next_request_contains_the_calls_and_their_results_in_order()
    {
        var request = Request();
        var next = Loop().Next(request, Answer("tool_calls", ("a", "add", """{"A":1}"""), ("b", "add", """{"B":2}""")))!;

        Assert.Equal(["user", "assistant", "tool", "tool"], next.Messages.Select(message => message.Role));
        Assert.Equal(["a", "b"], next.Messages.Skip(2).Select(message => message.ToolCallId));
        Assert.Equal(["""add {"A":1}""", """add {"B":2}"""], _run);
        Assert.Equal(["result 1", "result 2"], next.Messages.Skip(2).Select(message => message.Content));
        Assert.Single(request.Messages);
        Assert.DoesNotContain("\"index\"", next.Messages[1].ToJson());
    }

    [Theory]
    [InlineData("no", "{}", "Error: There is no tool named 'no'. The tools are: add, other.")]
    [InlineData("add", """{"C":1}""", "Error: There is no parameter 'C'. The parameters are: A, B.")]
    [InlineData("add", """{"a":1,"A":2}""", "Error: The parameter 'A' is specified twice.")]
    public void The_model_gets_an_error_for_a_call_that_cannot_be_run(string name, string arguments, string told)
    {
        var next = Loop().Next(Request(), Answer("tool_calls", ("a", name, arguments)))!;
        Assert.Equal(told, next.Messages[^1].Content);
        Assert.Empty(_run);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    public void A_call_may_have_no_arguments(string arguments)
    {
        Loop().Next(Request(), Answer("tool_calls", ("a", "add", arguments)));
        Assert.Equal(["add {}"], _run);
    }

    [Theory]
    [InlineData("""{"A":12345678901234567.89,"B":[18446744073709551616,1.10,null]}""")]
    [InlineData("""{"B":{"a":1,"A":1e300,"":null}}""")]
    public void Arguments_reach_the_tool_without_losing_a_digit(string arguments)
    {
        Loop().Next(Request(), Answer("tool_calls", ("a", "add", arguments)));
        Assert.Equal([$"add {arguments}"], _run);
    }

    [Fact]
    public void Arguments_may_be_an_object_instead_of_its_text()
    {
        var answer = JsonModel.FromJson<ChatCompletion>(
            """{"choices":[{"message":{"tool_calls":[{"id":"a","function":{"name":"add","arguments":{"A":1.10,"B":{"c":null}}}}]},"finish_reason":"tool_calls"}]}""");
        var call = answer.Choices[0].Message!.ToolCalls[0].Function!;
        Assert.Equal("""{"A":1.10,"B":{"c":null}}""", call.Arguments);
        Assert.Equal("""{"c":null}""", ((JsonMap)call.ParsedArguments!["B"]!).ToJson());
        Loop().Next(Request(), answer);
        Assert.Equal(["""add {"A":1.10,"B":{"c":null}}"""], _run);
    }

    [Theory]
    [InlineData("length", "add")]
    [InlineData("content_filter", "add")]
    [InlineData("max_tokens", "add")]
    [InlineData("tool_calls", "other")]
    public void A_truncated_answer_or_a_tool_that_the_caller_runs_ends_the_loop(string finishReason, string name)
    {
        Assert.Null(Loop().Next(Request(), Answer(finishReason, ("a", name, "{}"))));
        Assert.Empty(_run);
    }

    [Theory]
    [InlineData("{", false)]
    [InlineData("{}", true)]
    public void After_an_unknown_finish_reason_an_incomplete_call_ends_the_loop(string arguments, bool goesOn)
    {
        var next = Loop().Next(Request(), Answer("interrupted", ("a", "add", "{}"), ("b", "add", arguments)));
        Assert.Equal(goesOn, next is not null);
        Assert.Equal(goesOn ? 2 : 0, _run.Count);
    }

    [Fact]
    public void The_limit_ends_the_loop_with_the_conversation_so_far()
    {
        var loop = Loop(maximumRounds: 1);
        var next = loop.Next(Request(), Answer("tool_calls", ("a", "add", "{}")))!;
        var answer = Answer("tool_calls", ("b", "add", "{}"));
        var error = Assert.Throws<ToolRoundLimitException>(() => loop.Next(next, answer));
        Assert.Equal(["user", "assistant", "tool", "assistant"], error.Messages.Select(message => message.Role));
        Assert.Single(_run);
    }

    [Fact]
    public void No_call_of_an_answer_with_too_many_is_run()
    {
        (string, string, string)[] calls = [.. Enumerable.Range(0, 101).Select(at => ($"c{at}", "add", "{}"))];
        var error = Assert.Throws<ToolCallLimitException>(() => Loop().Next(Request(), Answer("tool_calls", calls)));
        Assert.Contains("101 tool calls in one answer; the limit is 100", error.Message, StringComparison.Ordinal);
        Assert.Empty(_run);

        Assert.NotNull(Loop().Next(Request(), Answer("tool_calls", calls[1..])));
        Assert.Equal(100, _run.Count);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("true")]
    [InlineData("[1]")]
    [InlineData("1e400")]
    public void The_model_gets_an_error_if_the_arguments_are_not_an_object(string arguments)
    {
        var answer = JsonModel.FromJson<ChatCompletion>(
            $$$"""{"choices":[{"message":{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"add","arguments":{{{arguments}}}}}]},"finish_reason":"tool_calls"}]}""");
        var next = Loop().Next(Request(), answer)!;

        Assert.StartsWith("Error: The arguments are not a JSON object", next.Messages[^1].Content, StringComparison.Ordinal);
        Assert.Equal(arguments, next.Messages[^2].ToolCalls[0].Function!.Arguments);
        Assert.Empty(_run);
    }

    [Theory]
    [InlineData("required", "auto")]
    [InlineData("none", "none")]
    [InlineData(null, null)]
    public void A_forced_choice_is_forced_once(string? choice, string? following)
    {
        var request = Request();
        request.ToolChoice = choice;
        Assert.Equal(following, Loop().Next(request, Answer("tool_calls", ("a", "add", "{}")))!.ToolChoice);
    }

    [Fact]
    public async Task Tools_can_run_asynchronously_and_get_the_caller_s_token()
    {
        using var stop = new CancellationTokenSource();
        var loop = new ToolLoop(async (tool, arguments, token) =>
        {
            await Task.Yield();
            Assert.Equal(stop.Token, token);
            return $"{tool.Name} ran";
        });
        var next = await loop.NextAsync(Request(), Answer("tool_calls", ("a", "add", "{}")), stop.Token);
        Assert.Equal("add ran", next!.Messages[^1].Content);
    }

    [Fact]
    public void A_synchronous_function_runs_on_the_caller_s_thread()
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
        try
        {
            int? thread = null;
            var loop = new ToolLoop((_, _) =>
            {
                thread = Environment.CurrentManagedThreadId;
                return "";
            });
            loop.Next(Request(), Answer("tool_calls", ("a", "add", "{}")));
            Assert.Equal(Environment.CurrentManagedThreadId, thread);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    [Fact]
    public void A_blocking_call_does_not_use_the_caller_s_context()
    {
        var before = SynchronizationContext.Current;
        var context = new CountingContext();
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            var loop = new ToolLoop(static async (tool, _, _) =>
            {
                await Task.Yield(); // would continue in the context, whose thread is waiting
                return $"{tool.Name} ran";
            });
            Assert.Equal("add ran", loop.Next(Request(), Answer("tool_calls", ("a", "add", "{}")))!.Messages[^1].Content);
            Assert.Equal(0, context.Posts);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    [Fact]
    public void An_exception_from_a_tool_reaches_the_caller()
    {
        var loop = new ToolLoop(static (_, _) => throw new TimeZoneNotFoundException());
        Assert.Throws<TimeZoneNotFoundException>(() => loop.Next(Request(), Answer("tool_calls", ("a", "add", "{}"))));
    }

    [Fact]
    public void A_loop_needs_a_function_that_runs_tools()
    {
        Assert.Equal("run", Assert.Throws<ArgumentNullException>(() => new ToolLoop((Func<ChatTool, JsonMap, string>)null!)).ParamName);
        Assert.Equal("run", Assert.Throws<ArgumentNullException>(() => new ToolLoop((Func<ChatTool, JsonMap, CancellationToken, Task<string>>)null!)).ParamName);
    }

    [Fact]
    public async Task A_loop_continues_from_a_request_and_its_answer()
    {
        var stop = TestContext.Current.CancellationToken;
        await Assert.ThrowsAsync<ArgumentNullException>("request", () => Loop().NextAsync(null!, Answer("stop"), stop));
        await Assert.ThrowsAsync<ArgumentNullException>("answer", () => Loop().NextAsync(Request(), null!, stop));
        await Assert.ThrowsAsync<ArgumentNullException>("request", () => Loop().NextAsync(null!, new Response(), stop));
        await Assert.ThrowsAsync<ArgumentNullException>("answer", () => Loop().NextAsync(new ResponseRequest(), null!, stop));
    }

    [Fact]
    public void A_call_without_an_id_gets_one_and_the_others_keep_theirs()
    {
        var next = Loop().Next(Request(), Answer("tool_calls", ("a", "add", "{}"), ("", "add", "{}")))!;
        Assert.Equal(["a", "call_1_1"], next.Messages[1].ToolCalls.Select(call => call.Id));
        Assert.Equal(["a", "call_1_1"], next.Messages.Skip(2).Select(message => message.ToolCallId));
    }

    [Fact]
    public void A_call_without_a_name_is_not_taken_for_a_tool_without_one()
    {
        var request = Request();
        request.Tools = [new ChatTool { ["type"] = "web_search" }, Add];
        var next = Loop().Next(request, Answer("tool_calls", ("a", null!, "{}")))!;
        Assert.StartsWith("Error: There is no tool named ''", next.Messages[^1].Content);
        Assert.Empty(_run);
    }

    private ToolLoop Loop(int maximumRounds = 10) => new((tool, arguments) =>
    {
        _run.Add($"{tool.Name} {arguments.ToJson()}");
        return $"result {_run.Count}";
    })
    {
        MaximumRounds = maximumRounds,
        CanRun = static tool => tool.Name != "other",
    };

    private static ChatCompletionRequest Request() => new() { Messages = [new("user", "hi")], Tools = [Add, Tool("other")] };

    private static ChatTool Tool(string name, params string[] parameters)
    {
        var properties = new JsonMap();
        foreach (string parameter in parameters)
        {
            properties[parameter] = new JsonMap();
        }

        return new(new ChatFunction { Name = name, Parameters = new JsonMap { ["properties"] = properties } });
    }

    private static ChatCompletion Answer(string finishReason, params (string Id, string Name, string Arguments)[] calls)
    {
        var message = new ChatMessage { Role = "assistant" };
        if (calls.Length > 0)
        {
            message.ToolCalls = [.. calls.Select((call, index) => new ChatToolCall
            {
                ["index"] = index,
                ["id"] = call.Id,
                ["function"] = new ChatFunctionCall { Name = call.Name, Arguments = call.Arguments },
            })];
        }

        var choice = new JsonMap { ["index"] = 0, ["message"] = message, ["finish_reason"] = finishReason };
        return JsonModel.FromJson<ChatCompletion>(new JsonMap { ["choices"] = new[] { choice } }.ToJson());
    }

    private sealed class CountingContext : SynchronizationContext
    {
        public int Posts { get; private set; }

        public override void Post(SendOrPostCallback d, object? state)
        {
            Posts++;
            base.Post(d, state);
        }
    }
}
