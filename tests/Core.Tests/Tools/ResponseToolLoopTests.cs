using Xunit;

namespace OpenAIStream.Tests.Tools;

/// <summary>The rounds of a conversation with tools, for responses.</summary>
public class ResponseToolLoopTests
{
    private const string Message = """{"type":"message","role":"assistant","content":[]}""";
    private const string CallA = """{"type":"function_call","call_id":"a","name":"add","arguments":"{\"A\":1}"}""";
    private const string CallB = """{"type":"function_call","call_id":"b","name":"add","arguments":""}""";
    private const string Results = """{"type":"function_call_output","call_id":"a","output":"result 1"},{"type":"function_call_output","call_id":"b","output":"result 2"}""";

    private readonly List<string> _run = [];

    [Theory]
    [InlineData("completed", Message)]
    [InlineData("completed", "")]
    [InlineData("incomplete", CallA)]
    [InlineData("failed", CallA)]
    [InlineData("in_progress", CallA)]
    [InlineData("completed", """{"type":"function_call","call_id":"o","name":"other","arguments":"{}"}""")]
    [InlineData("completed", CallA + "," + """{"type":"function_call","call_id":"o","name":"other","arguments":"{}"}""")]
    public void An_answer_without_calls_to_run_is_the_last(string status, string output)
    {
        Assert.Null(Next(Loop(), Request(), Answer(status, output)));
        Assert.Empty(_run);
    }

    [Fact]
    public void The_next_request_contains_only_the_results_of_a_stored_response()
    {
        var request = Request();
        string before = request.ToJson();
        var next = Next(Loop(), request, Answer("completed", $"{Message},{CallA},{CallB}"))!;

        Assert.Equal(["""add {"A":1}""", "add {}"], _run);
        Assert.Equal($$"""{"model":"m","input":[{{Results}}],"previous_response_id":"resp_1"}""", next.ToJson());
        Assert.Equal(before, request.ToJson());
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void A_response_without_a_status_is_complete(string? status)
    {
        var answer = Answer("completed", CallA);
        answer["status"] = status;
        Assert.NotNull(Next(Loop(), Request(), answer));
    }

    [Fact]
    public void A_stored_conversation_continues_under_its_id()
    {
        var request = Request();
        request.Conversation = "conv_1";
        var next = Next(Loop(), request, Answer("completed", $"{Message},{CallA},{CallB}"))!;
        Assert.Equal($$"""{"model":"m","input":[{{Results}}],"conversation":"conv_1"}""", next.ToJson());
    }

    [Theory]
    [InlineData("\"hi\"", """{"role":"user","content":"hi"}""")]
    [InlineData("""[{"role":"user","content":"hi"},{"role":"user","content":"there"}]""", """{"role":"user","content":"hi"},{"role":"user","content":"there"}""")]
    public void A_service_that_stores_nothing_gets_the_whole_conversation_again(string input, string told)
    {
        var request = JsonModel.FromJson<ResponseRequest>($$"""{"model":"m","input":{{input}},"store":false}""");
        var next = Next(Loop(), request, Answer("completed", $"{Message},{CallA},{CallB}"))!;
        Assert.Equal($$"""{"model":"m","input":[{{told}},{{Message}},{{CallA}},{{CallB}},{{Results}}],"store":false}""", next.ToJson());
    }

    [Theory]
    [InlineData("required", "auto")]
    [InlineData("auto", "auto")]
    [InlineData("none", "none")]
    [InlineData(null, null)]
    public void A_forced_choice_is_forced_once(string? choice, string? following)
    {
        var request = Request();
        request.ToolChoice = choice;
        Assert.Equal(following, Next(Loop(), request, Answer("completed", CallA))!.ToolChoice);
    }

    [Fact]
    public void A_choice_of_one_tool_is_forced_once()
    {
        var request = Request();
        request.ToolChoice = new JsonMap { ["type"] = "function", ["name"] = "add" };
        Assert.Equal("auto", Next(Loop(), request, Answer("completed", CallA))!.ToolChoice);
    }

    [Theory]
    [InlineData("no", "{}", "Error: There is no tool named 'no'. The tools are: add, other.")]
    [InlineData("add", "{\\\"C\\\":1}", "Error: There is no parameter 'C'. The parameters are: A.")]
    [InlineData("add", "[]", "Error: The arguments are not a JSON object: ")]
    [InlineData("add", "{\\\"A\\\":", "Error: The arguments are not a JSON object: ")]
    public void The_model_gets_an_error_for_a_call_that_cannot_be_run(string name, string arguments, string told)
    {
        var next = Next(Loop(), Request(), Answer("completed", $$"""{"type":"function_call","call_id":"a","name":"{{name}}","arguments":"{{arguments}}"}"""))!;
        var result = Assert.IsType<JsonMap>(Assert.Single(((Array)next.Input!).Cast<object>()));
        Assert.StartsWith(told, (string)result["output"]!, StringComparison.Ordinal);
        Assert.Empty(_run);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Tools_run_as_often_as_allowed(int rounds)
    {
        var loop = Loop(rounds);
        for (int i = 0; i < rounds; i++)
        {
            Assert.NotNull(Next(loop, Request(), Answer("completed", CallA)));
        }

        Assert.Null(Next(loop, Request(), Answer("completed", Message))); // the last answer is not a round
        var error = Assert.Throws<ToolRoundLimitException>(() => Next(loop, Request(), Answer("completed", CallA)));
        Assert.Contains($"after {rounds} rounds", error.Message, StringComparison.Ordinal);
        Assert.Empty(error.Messages);
        Assert.Equal(rounds, _run.Count);
    }

    [Fact]
    public void No_call_of_a_response_with_too_many_is_run()
    {
        string calls = string.Join(",", Enumerable.Repeat(CallA, 101));
        Assert.Throws<ToolCallLimitException>(() => Next(Loop(), Request(), Answer("completed", calls)));
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

    /// <summary>With tools in the request, which the later checks ignore.</summary>
    private static ResponseRequest? Next(ToolLoop loop, ResponseRequest request, Response answer)
    {
        request.Tools = [Tool("add").ForResponse(), new JsonMap { ["type"] = "web_search" }, Tool("other").ForResponse()];
        try
        {
            var next = loop.Next(request, answer);
            next?.Remove("tools");
            return next;
        }
        finally
        {
            request.Remove("tools");
        }
    }

    private static ResponseRequest Request() => JsonModel.FromJson<ResponseRequest>("""{"model":"m","input":"hi"}""");

    private static ChatTool Tool(string name)
    {
        var parameters = new JsonMap { ["properties"] = new JsonMap { ["A"] = new JsonMap() } };
        return new(new ChatFunction { Name = name, Parameters = parameters });
    }

    private static Response Answer(string status, string output) =>
        JsonModel.FromJson<Response>($$"""{"id":"resp_1","status":"{{status}}","output":[{{output}}]}""");
}
