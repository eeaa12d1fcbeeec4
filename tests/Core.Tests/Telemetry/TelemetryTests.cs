#if !NETSTANDARD_BUILD
using System.Diagnostics;
using System.Text;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Telemetry;

public class TelemetryTests
{
    private const string First = """{"id":"chat_1","model":"served-1","choices":[{"index":0,"delta":{"role":"assistant","content":"Hel"},"finish_reason":null}]}""";
    private const string Last = """{"id":"chat_1","model":"served-1","choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":"stop"}]}""";
    private const string UsageChunk = """{"id":"chat_1","model":"served-1","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":3},"completion_tokens_details":{"reasoning_tokens":1}}}""";

    private readonly string _model = "model-" + Guid.NewGuid();

    [Fact]
    public async Task A_stream_is_one_span_with_what_the_conventions_ask_for()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(First, Last, UsageChunk, "[DONE]");
        using var client = Client(server.Http1);
        using var listener = new Listener(_model);
        using var parent = new Activity("caller").Start();
        var request = Request();
        request.Temperature = 0.5;
        request.MaxCompletionTokens = 20;
        request.Stop = ["a", "b"];
        request.Seed = 4;
        request.ReasoningEffort = "low";
        using (var stream = await client.Chat.CreateStreamingAsync(request, cancellationToken: TestStop))
        {
            Assert.Empty(listener.Spans);
            Assert.Equal(3, stream.ToBlockingEnumerable().Count());
        }

        Assert.Same(parent, Activity.Current);
        var span = Assert.Single(listener.Spans);
        Assert.Equal(($"chat {_model}", ActivityKind.Client, parent.SpanId, ActivityStatusCode.Unset), (span.DisplayName, span.Kind, span.ParentSpanId, span.Status));
        Assert.Empty(span.Events);
        Assert.Equal(
            $"""
            gen_ai.operation.name=chat
            gen_ai.provider.name=openai
            gen_ai.request.max_tokens=20
            gen_ai.request.model={_model}
            gen_ai.request.reasoning.level=low
            gen_ai.request.seed=4
            gen_ai.request.stop_sequences=a,b
            gen_ai.request.stream=True
            gen_ai.request.temperature=0.5
            gen_ai.response.finish_reasons=stop
            gen_ai.response.id=chat_1
            gen_ai.response.model=served-1
            gen_ai.usage.cache_read.input_tokens=3
            gen_ai.usage.input_tokens=7
            gen_ai.usage.output_tokens=2
            gen_ai.usage.reasoning.output_tokens=1
            server.address=127.0.0.1
            server.port={server.Http1.Port}
            """,
            Tags(span.TagObjects.Where(tag => tag.Key != "gen_ai.response.time_to_first_chunk")));
        Assert.InRange(Assert.IsType<double>(span.GetTagItem("gen_ai.response.time_to_first_chunk")), 0.000001, 60);
    }

    [Fact]
    public async Task Durations_first_chunks_and_tokens_are_measured_without_a_span()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(First, Last, UsageChunk, "[DONE]");
        using var client = Client(server.Http1);
        using var listener = new Listener(_model, withSpans: false);
        using var stream = await client.Chat.CreateStreamingAsync(Request(), cancellationToken: TestStop);
        Assert.Equal(3, stream.ToBlockingEnumerable().Count());
        Assert.Equal(
            ["gen_ai.client.operation.duration", "gen_ai.client.operation.time_to_first_chunk", "gen_ai.client.token.usage", "gen_ai.client.token.usage"],
            listener.Measurements.Select(measurement => measurement.Name));
        Assert.Equal([("input", 7), ("output", 2)], listener.Measurements.Skip(2).Select(tokens => ((string)tokens.Tags["gen_ai.token.type"]!, (int)tokens.Value)));
        Assert.All(listener.Measurements, measurement => Assert.Equal(
            ("chat", "openai", "served-1", "127.0.0.1"),
            (measurement.Tags["gen_ai.operation.name"], measurement.Tags["gen_ai.provider.name"], measurement.Tags["gen_ai.response.model"], measurement.Tags["server.address"])));
    }

    [Theory]
    [InlineData(TransportKind.Http)]
    [InlineData(TransportKind.WebSocket)]
    public async Task A_whole_answer_is_one_span_too(TransportKind transport)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"id":"resp_1","model":"served-2","status":"completed","output":[],"usage":{"input_tokens":3,"output_tokens":4}}""");
        using var client = Client(server.Http1, options => options.Transport = transport);
        using var listener = new Listener(_model);
        await client.Responses.CreateAsync(new ResponseRequest { Model = _model, Input = "secret words" }, cancellationToken: TestStop);
        var span = Assert.Single(listener.Spans);
        Assert.Equal(
            ("chat " + _model, false, "resp_1", "served-2", 3L, 4L),
            (span.DisplayName, span.GetTagItem("gen_ai.request.stream"), span.GetTagItem("gen_ai.response.id"), span.GetTagItem("gen_ai.response.model"), span.GetTagItem("gen_ai.usage.input_tokens"), span.GetTagItem("gen_ai.usage.output_tokens")));
        Assert.Equal(transport == TransportKind.Http ? 3 : 4, listener.Measurements.Count); // over a socket it comes as events, of which there is a first
    }

    public static TheoryData<string, Reply[], string, string?> Endings => new()
    {
        { "an error status", [Reply.Json(400, """{"error":{"message":"secret words","code":"bad_thing","type":"invalid_request_error"}}""")], "", "bad_thing" },
        { "an error in the stream", [Reply.Sse(First, """{"error":{"message":"secret words","type":"server_error"}}""")], "", "server_error" },
        { "a cut", [Reply.Sse(First).Cut()], "truncated(end=BodyCut)", typeof(StreamEndedEarlyException).FullName },
        { "an end before the finish reason", [Reply.Sse(First)], "truncated(end=EndOfBody)", typeof(StreamEndedEarlyException).FullName },
        { "an attempt in vain", [Reply.Json(503, """{"error":{"message":"no","code":"overloaded"}}""").Header("retry-after-ms", "1"), Reply.Sse(First, Last, "[DONE]")], "retry(attempt=2,delay=0.001,error.type=overloaded)", null },
    };

    [Theory]
    [MemberData(nameof(Endings), DisableDiscoveryEnumeration = true)]
    public async Task A_failure_is_an_event_or_an_error_type(string what, Reply[] replies, string events, string? errorType)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(replies);
        using var client = Client(server.Http1);
        using var listener = new Listener(_model);
        await Record.ExceptionAsync(async () =>
        {
            using var stream = await client.Chat.CreateStreamingAsync(Request(), cancellationToken: TestStop);
            Assert.InRange(stream.ToBlockingEnumerable().Count(), 1, 2);
        });

        var span = Assert.Single(listener.Spans);
        Assert.True((events, errorType) == (Events(span), span.GetTagItem("error.type") as string), $"{what}: {Events(span)} {span.GetTagItem("error.type")}");
        Assert.Equal(errorType is null ? ActivityStatusCode.Unset : ActivityStatusCode.Error, span.Status);
        Assert.Null(span.StatusDescription);
        var duration = Assert.Single(listener.Measurements, measurement => measurement.Name == "gen_ai.client.operation.duration");
        Assert.Equal(errorType, duration.Tags.GetValueOrDefault("error.type"));
    }

    [Theory]
    [InlineData(false, "canceled(end=Disposed)")]
    [InlineData(true, "canceled(end=Canceled)")]
    public async Task Leaving_early_is_an_event_and_not_an_error(bool cancels, string events)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(First).Stall();
        using var client = Client(server.Http1);
        using var listener = new Listener(_model);
        using var stop = new CancellationTokenSource();
        var stream = await client.Chat.CreateStreamingAsync(Request(), cancellationToken: stop.Token);
        Assert.True(await stream.MoveNextAsync());
        if (cancels)
        {
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.MoveNextAsync());
        }

        stream.Dispose();
        stream.Dispose();
        var span = Assert.Single(listener.Spans);
        Assert.Equal((events, null, ActivityStatusCode.Unset), (Events(span), span.GetTagItem("error.type"), span.Status));
    }

    [Theory]
    [InlineData(false, "canceled(end=Disposed)")]
    [InlineData(true, "canceled(end=Canceled)")]
    public async Task Leaving_speech_early_is_an_event_too(bool cancels, string events)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Header("Content-Type", "audio/mpeg").Send("abc").Stall();
        using var client = Client(server.Http1);
        using var listener = new Listener(_model);
        var audio = await client.Audio.CreateSpeechAsync(new() { Input = "hi", Voice = "alloy", Model = _model }, cancellationToken: TestStop);
        byte[] buffer = new byte[10];
        Assert.Equal(3, await audio.ReadAsync(buffer, TestStop));
        if (cancels)
        {
            using var stop = new CancellationTokenSource();
            var waiting = audio.ReadAsync(buffer, stop.Token).AsTask();
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }

        audio.Dispose();
        Assert.Equal(events, Events(Assert.Single(listener.Spans)));
    }

    [Fact]
    public async Task Speech_that_is_read_to_its_end_is_complete()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Header("Content-Type", "audio/mpeg").Send("abc");
        using var client = Client(server.Http1);
        using var listener = new Listener(_model);
        var audio = await client.Audio.CreateSpeechAsync(new() { Input = "hi", Voice = "alloy", Model = _model }, cancellationToken: TestStop);
        await audio.CopyToAsync(Stream.Null, TestStop);
        Assert.Equal("", Events(Assert.Single(listener.Spans))); // ended before it is disposed
        Assert.NotNull(Assert.Single(listener.Spans).GetTagItem("gen_ai.response.time_to_first_chunk"));
        audio.Dispose();
        Assert.Equal("", Events(Assert.Single(listener.Spans)));
    }

    [Fact]
    public async Task Speech_that_is_cut_off_is_an_error()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Header("Content-Type", "audio/mpeg").Send("abc").Cut();
        using var client = Client(server.Http1);
        using var listener = new Listener(_model);
        using var audio = await client.Audio.CreateSpeechAsync(new() { Input = "hi", Voice = "alloy", Model = _model }, cancellationToken: TestStop);
        await Assert.ThrowsAnyAsync<ApiException>(() => audio.CopyToAsync(Stream.Null, TestStop));
        audio.Dispose();
        Assert.NotNull(Assert.Single(listener.Spans).GetTagItem("error.type"));
    }

    [Fact]
    public async Task A_resumed_stream_is_one_span_with_an_event()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse("""{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","model":"served-1","status":"in_progress","output":[]}}""").Cut());
        server.Enqueue(Reply.Sse("""{"type":"response.completed","sequence_number":1,"response":{"id":"resp_1","model":"served-1","status":"completed","output":[]}}"""));
        using var client = Client(server.Http1);
        using var listener = new Listener(_model);
        using var stream = await client.Responses.CreateStreamingAsync(new ResponseRequest { Model = _model, Input = "hi", Background = true }, cancellationToken: TestStop);
        Assert.Equal(2, stream.ToBlockingEnumerable().Count());
        Assert.Equal("resume(gen_ai.response.id=resp_1,sequence_number=0,error.type=OpenAIStream.StreamEndedEarlyException)", Events(Assert.Single(listener.Spans)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Content_is_reported_only_on_request(bool isAsked)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(First, Last, "[DONE]");
        using var client = Client(server.Http1, options => options.CaptureMessageContent = isAsked);
        using var listener = new Listener(_model);
        var request = Request();
        using var stream = await client.Chat.CreateStreamingAsync(request, cancellationToken: TestStop);
        Assert.Equal(2, stream.ToBlockingEnumerable().Count());
        var span = Assert.Single(listener.Spans);
        string all = Tags(span.TagObjects);
        Assert.Equal(isAsked, all.Contains("secret words"));
        Assert.Equal(isAsked ? """[{"role":"user","parts":[{"type":"text","content":"secret words"}]}]""" : null, span.GetTagItem("gen_ai.input.messages"));
        Assert.Equal(
            isAsked ? """[{"role":"assistant","parts":[{"type":"text","content":"Hello"}],"finish_reason":"stop"}]""" : null,
            span.GetTagItem("gen_ai.output.messages"));
    }

    [Fact]
    public void Progress_costs_no_allocation_per_chunk()
    {
        byte[] events = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"data: {First}\n\n", 2000)) + "data: [DONE]\n\n");
        long unheard = Allocated(null);
        using var listener = new Listener(_model);
        long heard = Allocated(CallTelemetry.Start(HttpMethod.Post, "chat/completions", true, _model, null, new OpenAIClientOptions()));
        Assert.Single(listener.Spans);
        Assert.InRange(heard - unheard, -2000, 8000); // once per call, whatever its length

        long Allocated(CallTelemetry? telemetry)
        {
            long before = 0;
            for (int run = 0; run < 2; run++) // the first compiles
            {
                using var message = new HttpResponseMessage { Content = new ByteArrayContent(events) };
                message.Content.Headers.ContentType = new("text/event-stream");
                var call = new Call(new OpenAIClientOptions(), default, default, run == 0 ? null : telemetry);
                using var stream = new SseStream<ChatCompletionChunk>(OpenResponse.OpenAsync(message, call).GetAwaiter().GetResult(), Decoders.For<ChatCompletionChunk>());
                before = GC.GetAllocatedBytesForCurrentThread();
                while (stream.MoveNext())
                {
                }
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private ChatCompletionRequest Request() => new() { Model = _model, Messages = [new ChatMessage("user", "secret words")] };

    private static string Tags(IEnumerable<KeyValuePair<string, object?>> tags) => string.Join(
        Environment.NewLine, tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={Text(tag.Value)}"));

    private static string Events(Activity span) => string.Join(
        "; ", span.Events.Select(one => $"{one.Name}({string.Join(",", one.Tags.Select(tag => $"{tag.Key}={Text(tag.Value)}"))})"));

    private static string? Text(object? value) => value is string[] list ? string.Join(",", list) : FormattableString.Invariant($"{value}");
}
#endif
