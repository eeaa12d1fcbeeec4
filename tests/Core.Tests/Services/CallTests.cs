using Xunit;
using static OpenAIStream.Tests.Services.Bodies;

namespace OpenAIStream.Tests.Services;

/// <summary>Tool calls: which piece belongs to which call, and which calls run.</summary>
public class CallTests
{
    private const string Weather = "Get-Weather";
    private const string Note = "Get-Note";

    /// <summary>What is unusual, the pieces, and the calls that run.</summary>
    public static TheoryData<string, string[], string[]> Pieces => new()
    {
        { "an id for each piece, made up anew", [Call("", Weather, "a", 0), Call("{\"City\":", id: "b", index: 0), Call("\"Oslo\"}", id: "c", index: 0)], ["Get-Weather Oslo"] },
        { "the pieces are numbered, not the call", [Call("", Weather, "a", 0), Call("{\"City\":", index: 1), Call("\"Oslo\"}", index: 2)], ["Get-Weather Oslo"] },
        { "the tail of the second call has an index, its head the first's", [Call(City("Oslo"), Weather, "a", 0), Call("{\"City\":", Weather, "b", 0), Call("\"Rome\"}", index: 1)], ["Get-Weather Oslo", "Get-Weather Rome"] },
        { "two calls whose pieces come mixed, told apart by id alone", [Call("", Weather, "a"), Call("", Weather, "b"), Call("{\"City\":\"Os", id: "a"), Call(City("Rome"), id: "b"), Call("lo\"}", id: "a")], ["Get-Weather Oslo", "Get-Weather Rome"] },
        { "two calls whose pieces come mixed, told apart by index alone", [Call("", Weather, "a", 0), Call("", Weather, "b", 1), Call("{\"City\":\"Os", index: 0), Call(City("Rome"), index: 1), Call("lo\"}", index: 0)], ["Get-Weather Oslo", "Get-Weather Rome"] },
        { "one call at several indices under one id", [Call("", Weather, "a", 0), Call("{\"City\":", Weather, "a", 1), Call("\"Oslo\"}", Weather, "a", 2)], ["Get-Weather Oslo"] },
        { "the same call again at another index", [Call(City("Oslo"), Weather, "a", 0), Call(City("Oslo"), Weather, "a", 1)], ["Get-Weather Oslo"] },
        { "blanks behind a call that is whole, at another index under its id", [Call(City("Oslo"), Weather, "a", 0), Call(" ", id: "a", index: 1)], ["Get-Weather Oslo"] },
        { "several calls of one id", [Call(City("Oslo"), Weather, "x", 0), Call(City("Rome"), Weather, "x", 1)], ["Get-Weather Oslo", "Get-Weather Rome"] },
        { "calls without index and id", [Call(City("Oslo"), Weather), Call(City("Rome"), Weather)], ["Get-Weather Oslo", "Get-Weather Rome"] },
        { "calls without index and id in one list", [Call(City("Oslo"), Weather) + "," + Call(City("Rome"), Note)], ["Get-Weather Oslo", "Get-Note Rome"] },
        { "another name without an id at a known index", [Call(City("Oslo"), Weather, index: 0), Call(City("Rome"), Note, index: 0)], ["Get-Weather Oslo", "Get-Note Rome"] },
        { "the name in every piece", [Call("{\"City\":", Weather, "a", 0), Call("\"Oslo\"}", Weather, "a", 0)], ["Get-Weather Oslo"] },
        { "the name in every piece, without id", [Call("{\"City\":", Weather), Call("\"Oslo\"}", Weather)], ["Get-Weather Oslo"] },
        { "the id before the name", [Call(id: "a", index: 0), Call(name: Weather, index: 0), Call(City("Oslo"), index: 0)], ["Get-Weather Oslo"] },
        { "the arguments before the name", [Call("{\"City\":\"Os", id: "a", index: 0), Call("lo\"}", Weather, index: 0)], ["Get-Weather Oslo"] },
        { "the name without an index", [Call(id: "a", index: 0), Call(City("Oslo"), Weather)], ["Get-Weather Oslo"] },
        { "the id of the second call before its name", [Call(City("Oslo"), Weather, "a", 0), Call(id: "b", index: 1), Call(City("Rome"), Weather, index: 1)], ["Get-Weather Oslo", "Get-Weather Rome"] },
        { "the id after the name", [Call("", Weather, index: 0), Call(City("Oslo"), id: "a", index: 0)], ["Get-Weather Oslo"] },
        { "an index as text", ["""{"index":"0","id":"a","function":{"name":"Get-Weather","arguments":"{\"City\":"}}""", """{"index":"0","function":{"arguments":"\"Oslo\"}"}}"""], ["Get-Weather Oslo"] },
        { "an index that is null", ["""{"index":null,"id":"a","function":{"name":"Get-Weather","arguments":"{\"City\":"}}""", """{"index":null,"function":{"arguments":"\"Oslo\"}"}}"""], ["Get-Weather Oslo"] },
        { "the arguments whole behind their pieces", [Call("{\"City\":", Weather, "a", 0), Call("\"Oslo\"}", index: 0), Call("{ \"City\": \"Oslo\" }", Weather, "a", 0)], ["Get-Weather Oslo"] },
        { "the arguments whole behind their pieces, as text once more", [Call("{\"City\":", Weather, "a", 0), Call("\"Oslo\"}", index: 0), Call("\"{\\\"City\\\":\\\"Oslo\\\"}\"", id: "a", index: 0)], ["Get-Weather Oslo"] },
        { "the arguments each time as far as they have come", [Call("{\"City", Weather, "a", 0), Call("{\"City\":\"Os", index: 0), Call("{\"City\":\"Oslo\"}", index: 0)], ["Get-Weather Oslo"] },
        { "an object in an object that begins alike", [Call("{\"City\":", Note, "a", 0), Call("{\"City\":1}}", index: 0)], ["Get-Note {\"City\":1}"] },
        { "an empty object before the pieces", ["""{"index":0,"id":"a","function":{"name":"Get-Weather","arguments":{}}}""", Call(City("Oslo"), index: 0)], ["Get-Weather Oslo"] },
        { "an object and then again", ["""{"index":0,"id":"a","function":{"name":"Get-Weather","arguments":{"City":"Oslo"}}}""", """{"index":0,"id":"a","function":{"name":"Get-Weather","arguments":{"City":"Oslo"}}}"""], ["Get-Weather Oslo"] },
        { "no arguments as null", ["""{"index":0,"id":"a","function":{"name":"Get-Note","arguments":null}}"""], ["Get-Note"] },
        { "no arguments at all", ["""{"index":0,"id":"a","function":{"name":"Get-Note"}}"""], ["Get-Note"] },
        { "no arguments and no id", ["""{"index":0,"function":{"name":"Get-Note"}}"""], ["Get-Note"] },
        { "no arguments as an empty text", [Call("", Note, "a", 0)], ["Get-Note"] },
        { "no arguments as an empty object", ["""{"index":0,"id":"a","function":{"name":"Get-Note","arguments":{}}}"""], ["Get-Note"] },
        { "no arguments as PHP's empty list", ["""{"index":0,"id":"a","function":{"name":"Get-Note","arguments":[]}}"""], ["Get-Note"] },
        { "an empty list of calls and one without anything", ["", "{}", Call(City("Oslo"), Weather, "a", 0)], ["Get-Weather Oslo"] },
    };

    /// <summary>Arguments that nobody requested.</summary>
    public static TheoryData<string, string[]> Wrong => new()
    {
        { "two objects that differ", [Call(City("Oslo"), Note, "a", 0), Call(City("Rome"), index: 0)] },
        { "half an object", [Call("{\"City\":", Note, "a", 0)] },
        { "half an object and then another call's name", [Call("{\"City\":", Note, "a", 0), Call("\"Oslo\"}", "other", index: 0)] },
        { "a list", [Call("[\"Oslo\"]", Note, "a", 0)] },
        { "a list that is no text", ["""{"index":0,"id":"a","function":{"name":"Get-Note","arguments":["Oslo"]}}"""] },
        { "a number", ["""{"index":0,"id":"a","function":{"name":"Get-Note","arguments":5}}"""] },
        { "a number that no double holds", ["""{"index":0,"id":"a","function":{"name":"Get-Note","arguments":1e400}}"""] },
        { "a truth value", ["""{"index":0,"id":"a","function":{"name":"Get-Note","arguments":true}}"""] },
        { "text behind the object", [Call(City("Oslo") + " and so on", Note, "a", 0)] },
    };

    [Theory]
    [MemberData(nameof(Pieces))]
    public async Task Each_call_is_run_once_and_with_its_arguments(string what, string[] pieces, string[] calls)
    {
        var outcome = await Calls(pieces);
        Assert.True(outcome.Error is null, $"{what}: {outcome.Error}");
        outcome.Ran(calls);
        var sent = outcome.Assistant.ToolCalls;
        Assert.Equal(sent.Select(call => (object?)call.Id), outcome.Answered);
        Assert.All(sent, call =>
        {
            Assert.Equal("function", call.Type);
            Assert.False(string.IsNullOrEmpty(call.Id));
            Assert.IsType<string>(call.Function!["arguments"]);
            Assert.NotNull(call.Function.ParsedArguments);
            Assert.False(call.Contains("index"));
        });
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task No_tool_is_run_with_other_arguments_than_the_model_sent(string what, string[] pieces)
    {
        var outcome = await Calls(pieces);
        Assert.True(outcome.Calls.Count == 0, $"{what}: {string.Join(", ", outcome.Calls)}");
        Assert.Equal(2, outcome.Requests.Count); // the model got an error
    }

    [Theory]
    [InlineData("length", false)]
    [InlineData("content_filter", false)]
    [InlineData("MAX_TOKENS", false)]
    [InlineData("SAFETY", true)]
    [InlineData("tool_use", true)]
    [InlineData("STOP", true)]
    public async Task After_a_finish_reason_that_may_truncate_only_complete_calls_are_run(string reason, bool runsWhole)
    {
        Assert.Equal(runsWhole, (await Calls(reason, [Call(City("Oslo"), Weather, "a", 0)])).Calls.Count == 1);
        bool isInOrder = reason is "tool_use" or "STOP";
        Assert.Equal(isInOrder, (await Calls(reason, [Call("", Note, "a", 0)])).Calls.Count == 1);
    }

    [Fact]
    public async Task The_extra_fields_of_a_call_are_sent_back_unchanged()
    {
        const string Extra = """{"google":{"thought_signature":"CqQB/+=\u0000é"}}""";
        var outcome = await Calls(
            $$"""{"index":0,"id":"a","type":"function","function":{"name":"Get-Weather","arguments":"{\"City\": "},"extra_content":{{Extra}}}""",
            """{"index":0,"function":{"arguments":"\"Oslo\" }"},"extra_content":{"google":{"thought_signature":""}}}""");
        outcome.Ran("Get-Weather Oslo");
        var call = outcome.Assistant.ToolCalls[0];
        Assert.Equal("CqQB/+=\0é", ((JsonMap)((JsonMap)call["extra_content"]!)["google"]!)["thought_signature"]);
        Assert.Equal("""{"City": "Oslo" }""", call.Function!.Arguments);
    }

    [Theory]
    [InlineData("""{"id":"a","type":"function","function":{"name":"Get-Note","arguments":{"City":"Oslo"}}}""", "Get-Note Oslo")]
    [InlineData("""{"function":{"name":"Get-Note","arguments":"{\"City\":\"Oslo\"}"}}""", "Get-Note Oslo")]
    [InlineData("""{"id":"","type":"","function":{"name":"Get-Note","arguments":""}}""", "Get-Note")]
    [InlineData("""{"id":"a","function":{"name":"Get-Note"}}""", "Get-Note")]
    [InlineData("""{"id":"a","function":{"name":"Get-Note","arguments":[]}}""", "Get-Note")]
    public async Task Calls_in_a_whole_answer_are_handled_like_streamed_ones(string call, string run)
    {
        var outcome = await ServiceRun.Of(new ServiceCase("", "chat-whole", true, [
            Loopback.Reply.Json(200, $$"""{"choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{{call}}]},"finish_reason":"tool_calls"}]}"""),
            Loopback.Reply.Json(200, """{"choices":[{"index":0,"message":{"role":"assistant","content":"All done"},"finish_reason":"stop"}]}""")]));
        outcome.Ran(run);
        var sent = Assert.Single(outcome.Assistant.ToolCalls);
        Assert.Equal([sent.Id], outcome.Answered);
        Assert.False(string.IsNullOrEmpty(sent.Id));
        Assert.IsType<string>(sent.Function!["arguments"]);
    }

    [Fact]
    public async Task Calls_are_shown_separately_and_not_repeated()
    {
        var outcome = await Chat(
            Chunk($$"""{"tool_calls":[{{Call(City("Oslo"), Weather, "a", 0)}}]}"""),
            Chunk($$"""{"tool_calls":[{{Call(City("Rome"), Weather, "b", 0)}}]}"""),
            Chunk($$"""{"tool_calls":[{{Call(City("Rome"), Weather, "b", 0)}}]}"""),
            Chunk("{}", "tool_calls"));
        Assert.Equal("[tool] Get-Weather({\"City\":\"Oslo\"})\n[tool] Get-Weather({\"City\":\"Rome\"})\n", outcome.Shown);
    }
}
