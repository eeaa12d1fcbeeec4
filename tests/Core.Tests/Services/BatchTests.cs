using OpenAIStream.Loopback;
using OpenAIStream.Tests.Http;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Services;

/// <summary>Batches: how requests become files, how a batch is waited for, and how both of its files become results again.</summary>
public class BatchTests
{
    [Fact]
    public async Task Requests_become_a_batch_and_its_two_files_results_in_the_order_of_the_requests()
    {
        await using var server = await StartAsync(new BatchService());
        using var client = Client(server.Http1);
        using var input = Input(client, "one", "fail 400", "three");
        var batch = await client.Batches.SubmitAsync(input, cancellationToken: TestStop);
        Assert.Equal(("batch_1", "validating", "/v1/chat/completions"), (batch.Id, batch.Status, batch.Endpoint));

        var seen = new List<string?>();
        batch = await client.Batches.WaitAsync("batch_1", progress: now => seen.Add(now.Status), cancellationToken: TestStop);
        Assert.Equal(["in_progress", "in_progress", "finalizing"], seen);
        Assert.Equal(("completed", 2, 1), (batch.Status, batch.RequestCounts!.Completed, batch.RequestCounts.Failed));
        Assert.NotNull(batch.ErrorFileId);

        using var results = await client.Batches.OpenResultsAsync(batch, null, TestStop);
        var all = await results.ToListAsync(TestStop);
        Assert.Equal(["input-0", "input-1", "input-2"], all.Select(static result => result.CustomId));
        Assert.Equal(["Answer to: one", "Answer to: three"], all.Where(static result => result.Error is null).Select(static result => result.Read<ChatCompletion>().Text));
        var failed = Assert.IsType<BadRequestException>(all[1].Error);
        Assert.Equal(("refused", "r-1", 1, 400), (failed.Code, failed.RequestId, all[1].Line, all[1].StatusCode));
        Assert.Equal("fail 400", ((ChatCompletionRequest)JsonModel.Create(typeof(ChatCompletionRequest), all[1].Request!.ToJson())).Messages[0].Text);
        Assert.Throws<BadRequestException>(() => all[1].Read<ChatCompletion>());
    }

    [Fact]
    public async Task A_line_has_the_request_without_what_streams()
    {
        await using var server = await StartAsync(new BatchService());
        using var client = Client(server.Http1);
        using var input = new BatchInput(client, "chat/completions");
        Assert.True(input.TryAdd("input-0", new ChatCompletionRequest { Model = "m", Messages = [new("user", "hi")], IncludeUsage = true, ["stream"] = false }));
        client.Batches.Submit(input, cancellationToken: TestStop);
        Assert.Equal(
            """{"custom_id":"input-0","method":"POST","url":"/v1/chat/completions","body":{"model":"m","messages":[{"role":"user","content":"hi"}]}}""" + "\n",
            server.Batches!.ContentOf("file-1"));
        Assert.Equal("""{"input_file_id":"file-1","endpoint":"/v1/chat/completions","completion_window":"24h"}""", server.Requests[^1].Body);
    }

    [Fact]
    public async Task What_is_said_about_requests_is_in_a_file_of_its_own_and_comes_back()
    {
        await using var server = await StartAsync(new BatchService());
        using var client = Client(server.Http1);
        using var input = new BatchInput(client, "completions");
        input.TryAdd("a", new CompletionRequest { Model = "m", Prompt = "one" });
        input.TryAdd("b", new CompletionRequest { Model = "m", Prompt = "two" }, new JsonMap { ["Id"] = "r2" });
        input.TryAdd("c", new CompletionRequest { Model = "m", Prompt = "three" });
        input.TryAdd("d", new CompletionRequest { Model = "m", Prompt = "four" }, "text");
        await client.Batches.SubmitAsync(input, new BatchRequest { Metadata = new JsonMap { ["mine"] = "1" } }, cancellationToken: TestStop);
        var batch = await client.Batches.WaitAsync("batch_1", cancellationToken: TestStop);
        Assert.Equal("1", batch.Metadata!["mine"]);
        using var results = client.Batches.OpenResults(batch, cancellationToken: TestStop);
        var told = new List<string?>();
        while (results.MoveNext())
        {
            told.Add($"{results.Current.Read<Completion>().Text}: {results.Current.About}");
        }

        Assert.Equal(["Answer to: one: ", """Answer to: two: {"Id":"r2"}""", "Answer to: three: ", "Answer to: four: text"], told);
    }

    [Fact]
    public void A_batch_is_full_at_the_service_s_limits_and_has_one_model()
    {
        using var client = Client(new Uri("http://127.0.0.1:9"));
        using var many = new BatchInput(client, "completions");
        for (int i = 0; i < BatchInput.MostRequests; i++)
        {
            Assert.True(many.TryAdd("i", new JsonMap { ["model"] = "m" }));
        }

        Assert.False(many.TryAdd("i", new JsonMap { ["model"] = "m" }));
        Assert.Equal(50_000, many.Count);

        using var other = new BatchInput(client, "completions");
        Assert.True(other.TryAdd("i", new JsonMap { ["model"] = "m" }));
        Assert.False(other.TryAdd("i", new JsonMap { ["model"] = "n" }));
        Assert.Equal(("m", 1), (other.Model, other.Count));

        using var large = new BatchInput(client, "completions");
        Assert.Equal(200_000_000, large.ByteLimit);
        large.ByteLimit = 1000;
        var half = new JsonMap { ["model"] = "m", ["prompt"] = new string('x', 500) };
        Assert.True(large.TryAdd("i", half));
        Assert.False(large.TryAdd("i", half));
        Assert.Contains("Send it without a batch", Assert.Throws<ArgumentException>(() => large.TryAdd("i", new JsonMap { ["prompt"] = half["prompt"], ["suffix"] = half["prompt"], ["model"] = "m" })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expired", 2, "batch_expired")]
    [InlineData("cancelled", null, "batch_cancelled")]
    public async Task What_was_answered_before_the_end_counts_and_the_rest_are_errors(string status, int? expiresAfter, string code)
    {
        await using var server = await StartAsync(new BatchService { ExpiresAfter = expiresAfter });
        using var client = Client(server.Http1);
        using var input = Input(client, "one", "two", "three", "four");
        await client.Batches.SubmitAsync(input, cancellationToken: TestStop);
        if (expiresAfter is null)
        {
            Assert.Equal("cancelling", (await client.Batches.CancelAsync("batch_1", null, TestStop)).Status);
        }

        var batch = await client.Batches.WaitAsync("batch_1", cancellationToken: TestStop);
        Assert.Equal(status, batch.Status);
        using var results = await client.Batches.OpenResultsAsync(batch, null, TestStop);
        var all = await results.ToListAsync(TestStop);
        Assert.Equal(["Answer to: one", "Answer to: two"], all.Take(2).Select(static result => result.Read<ChatCompletion>().Text));
        Assert.Equal([code, code], all.Skip(2).Select(static result => result.Error!.Code));
    }

    [Fact]
    public async Task A_batch_that_is_above_the_token_limit_is_made_again_when_another_has_ended()
    {
        await using var server = await StartAsync(new BatchService { MostTokens = 100, Polls = 3 });
        using var client = Client(server.Http1);
        using var input = Input(client, "one", "two");
        await client.Batches.SubmitAsync(input, cancellationToken: TestStop);
        await client.Batches.SubmitAsync(input, cancellationToken: TestStop);
        var refused = await client.Batches.WaitAsync("batch_2", cancellationToken: TestStop);
        Assert.True(refused.IsOverTokenLimit);
        var error = await Assert.ThrowsAsync<BatchException>(() => client.Batches.OpenResultsAsync(refused, null, TestStop));
        Assert.Equal("token_limit_exceeded", error.Code);
        Assert.Contains("Enqueued token limit reached for m", error.Message, StringComparison.Ordinal);

        var batch = await client.Batches.WaitAsync("batch_2", resubmit: true, cancellationToken: TestStop);
        Assert.Equal(("batch_3", "completed", refused.InputFileId), (batch.Id, batch.Status, batch.InputFileId));
        Assert.Equal("completed", (await client.Batches.GetAsync("batch_1", null, TestStop)).Status);

        var again = await client.Batches.WaitAsync("batch_2", resubmit: true, cancellationToken: TestStop); // another day, for whoever has only the list
        Assert.Equal("batch_3", again.Id);
        Assert.Equal(3, server.Requests.Count(static request => request is { Method: "POST", Path: "/batches" }));
    }

    [Fact]
    public async Task A_batch_that_is_above_the_limit_by_itself_is_made_again_once_a_minute_later()
    {
        await using var server = await StartAsync(new BatchService { MostTokens = 1 });
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => options.TimeProvider = clock);
        using var input = Input(client, "one");
        await client.Batches.SubmitAsync(input, cancellationToken: TestStop);
        var waiting = client.Batches.WaitAsync("batch_1", resubmit: true, options: clock.Skipping(), cancellationToken: TestStop);
        await clock.AdvanceUntilAsync(waiting, TimeSpan.FromSeconds(61));
        Assert.Equal(("batch_2", "failed"), ((await waiting).Id, (await waiting).Status));
    }

    [Fact]
    public async Task A_wait_outlasts_a_service_that_fails_for_a_while_once_it_has_seen_the_batch()
    {
        await using var server = await StartAsync(new BatchService { Polls = 3 });
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => (options.TimeProvider, options.MaximumRetryCount) = (clock, 0));
        using var input = Input(client, "one");
        await client.Batches.SubmitAsync(input, cancellationToken: TestStop);
        var options = clock.Skipping();
        var fault = Reply.Json(503, """{"error":{"message":"Down."}}""").For("GET", "/batches/batch_1").Times(3);
        int seen = 0;
        var batch = await client.Batches.WaitAsync("batch_1", progress: _ => server.Enqueue(seen++ == 1 ? [fault] : []), options: options, cancellationToken: TestStop);
        Assert.Equal("completed", batch.Status);
        Assert.Equal(3, clock.WaitSeconds.Count(static wait => wait == 60));

        server.Enqueue(fault);
        await Assert.ThrowsAsync<InternalServerException>(() => client.Batches.WaitAsync("batch_1", cancellationToken: TestStop));
    }

    [Theory]
    [InlineData("rate_limit_exceeded", true)]
    [InlineData("insufficient_quota", false)]
    public async Task A_wait_outlasts_a_rate_limit_unless_the_credit_is_used_up(string code, bool isTemporary)
    {
        await using var server = await StartAsync(new BatchService { Polls = 3 });
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => (options.TimeProvider, options.MaximumRetryCount) = (clock, 0));
        using var input = Input(client, "one");
        await client.Batches.SubmitAsync(input, cancellationToken: TestStop);
        var fault = Reply.Json(429, $$"""{"error":{"message":"No.","code":"{{code}}"} }""").For("GET", "/batches/batch_1").Times(2);
        int seen = 0;
        var waiting = client.Batches.WaitAsync("batch_1", progress: _ => server.Enqueue(seen++ == 1 ? [fault] : []), options: clock.Skipping(), cancellationToken: TestStop);
        if (isTemporary)
        {
            Assert.Equal("completed", (await waiting).Status);
        }
        else
        {
            await Assert.ThrowsAsync<RateLimitException>(() => waiting);
        }

        Assert.Equal(isTemporary ? 2 : 0, clock.WaitSeconds.Count(static wait => wait == 60));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_batch_made_like_another_keeps_its_metadata_but_not_what_was_said_about_other_requests(bool hasAbout)
    {
        await using var server = await StartAsync(new BatchService());
        using var client = Client(server.Http1);
        using var input = new BatchInput(client, "completions");
        input.TryAdd("a", new CompletionRequest { Model = "m", Prompt = "one" }, "about one");
        var first = await client.Batches.SubmitAsync(input, new BatchRequest { CompletionWindow = "48h", Metadata = new JsonMap { ["mine"] = "1" } }, cancellationToken: TestStop);
        using var other = new BatchInput(client, "completions");
        other.TryAdd("b", new CompletionRequest { Model = "m", Prompt = "two" }, hasAbout ? "about two" : null);
        var second = await client.Batches.SubmitAsync(other, BatchRequest.Again(first), cancellationToken: TestStop);
        Assert.Equal(("48h", "1"), (second.CompletionWindow, second.Metadata!["mine"]));
        Assert.NotEqual(first.InputFileId, second.InputFileId);
        Assert.Equal(hasAbout ? 2 : 1, second.Metadata.GetFieldNames().Count());
        using var results = await client.Batches.OpenResultsAsync(await client.Batches.WaitAsync(second.Id!, cancellationToken: TestStop), null, TestStop);
        Assert.Equal(hasAbout ? "about two" : null, Assert.Single(await results.ToListAsync(TestStop)).About);
    }

    [Fact]
    public async Task Without_the_file_with_the_requests_results_come_by_the_numbers_in_their_ids()
    {
        await using var server = await StartAsync(new BatchService());
        using var client = Client(server.Http1);
        using var input = Input(client, [.. Enumerable.Range(0, 12).Select(static i => $"p{i}")]);
        await client.Batches.SubmitAsync(input, cancellationToken: TestStop);
        var batch = await client.Batches.WaitAsync("batch_1", cancellationToken: TestStop);
        await client.Files.DeleteAsync(batch.InputFileId!, null, TestStop);
        using var results = await client.Batches.OpenResultsAsync(batch, null, TestStop);
        Assert.False(results.HasRequests);
        Assert.Equal(Enumerable.Range(0, 12).Select(static i => $"Answer to: p{i}"), await results.Select(static result => result.Read<ChatCompletion>().Text).ToListAsync(TestStop));
    }

    [Fact]
    public async Task Azure_names_paths_without_a_version_where_the_address_has_one_and_looks_through_files()
    {
        await using var server = await StartAsync(new BatchService { LooksThroughFiles = true });
        using var client = Client(server.Http1, options => (options.AzureEndpoint, options.ApiVersion) = (server.Http1, "2024-10-21"));
        using var input = Input(client, "one");
        Assert.Equal("/chat/completions", input.Endpoint);
        await client.Batches.SubmitAsync(input, cancellationToken: TestStop);
        Assert.Equal(
            ["POST /openai/files?api-version=2024-10-21", "GET /openai/files/file-1?api-version=2024-10-21", "POST /openai/batches?api-version=2024-10-21"],
            server.Requests.Select(static request => $"{request.Method} {request.Path}"));
    }

    [Fact]
    public async Task A_batch_that_may_have_been_made_is_not_made_again()
    {
        await using var server = await StartAsync(new BatchService());
        server.Enqueue(Reply.Json(500, """{"error":{"message":"Broken."}}""").For("POST", "/batches").Times(2));
        using var client = Client(server.Http1);
        using var input = Input(client, "one");
        await Assert.ThrowsAsync<InternalServerException>(() => client.Batches.SubmitAsync(input, cancellationToken: TestStop));
        Assert.Single(server.Requests, static request => request.Path == "/batches");
    }

    [Theory]
    [InlineData(400, true)]
    [InlineData(404, true)]
    [InlineData(408, false)] // a gateway's: the batch may have been created
    [InlineData(500, false)]
    public async Task The_files_of_a_refused_batch_are_deleted(int status, bool areDeleted)
    {
        await using var server = await StartAsync(new BatchService());
        server.Enqueue(Reply.Json(status, """{"error":{"message":"No."}}""").For("POST", "/batches").Times(3));
        using var client = Client(server.Http1);
        using var input = new BatchInput(client, "chat/completions");
        input.TryAdd("a", new ChatCompletionRequest { Model = "m", Messages = [new("user", "hi")] }, "what it is about");
        var refused = await Assert.ThrowsAnyAsync<ApiStatusException>(() => client.Batches.SubmitAsync(input, cancellationToken: TestStop));
        Assert.Equal((status, "No."), (refused.StatusCode, JsonModel.FromJson<JsonMap>(refused.Body!)["error"] is JsonMap error ? error["message"] : null));
        string[] deleted = areDeleted ? ["/files/file-1", "/files/file-2"] : [];
        Assert.Equal(deleted, server.Requests.Where(static request => request.Method == "DELETE").Select(static request => request.Path));
    }

    [Fact]
    public async Task A_damaged_answer_is_the_error_of_its_request_alone()
    {
        await using var server = await LoopbackServer.StartAsync();
        string Request(int i) => $$$$"""{"custom_id":"input-{{{{i}}}}","method":"POST","url":"/v1/completions","body":{"model":"m","prompt":"p{{{{i}}}}"}}""";
        string Answer(int i) => $$$$"""{"custom_id":"input-{{{{i}}}}","response":{"status_code":200,"body":{"choices":[{"index":0,"text":"a{{{{i}}}}"}]}}}""";
        server.Enqueue(
            new Reply().Header("Content-Type", "application/octet-stream").Send($"{Answer(2)}\n{Answer(1)[..50]}\n{Answer(0)}\n").For("GET", "/files/o/content"),
            new Reply().Header("Content-Type", "application/octet-stream").Send($"{Request(0)}\n{Request(1)}\n{Request(2)}\n").For("GET", "/files/i/content"));
        using var client = Client(server.Http1);
        var batch = JsonModel.FromJson<Batch>("""{"id":"b","status":"completed","input_file_id":"i","output_file_id":"o"}""");
        using var results = await client.Batches.OpenResultsAsync(batch, null, TestStop);
        var all = await results.ToListAsync(TestStop);
        Assert.Equal(["a0", "ResponseFormatException", "a2"], all.Select(static result => result.Error?.GetType().Name ?? result.Read<Completion>().Text));
        Assert.Equal("p1", all[1].Request!["prompt"]);
    }

    [Fact]
    public async Task Who_asks_too_early_is_told()
    {
        using var client = Client(new Uri("http://127.0.0.1:9"));
        var early = await Assert.ThrowsAsync<InvalidOperationException>(() => client.Batches.OpenResultsAsync(JsonModel.FromJson<Batch>("""{"id":"b","status":"in_progress"}"""), null, TestStop));
        Assert.Contains("in_progress", early.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Temporary_files_are_readable_only_by_their_owner_and_deleted_with_the_batch()
    {
        string[] Files() => Directory.GetFiles(Path.GetTempPath(), "openaistream-*.tmp");
        string prompt = Guid.NewGuid() + new string('x', 100_000); // more than is held back
        using var client = Client(new Uri("http://127.0.0.1:9"));
        var input = Input(client, prompt);
        string mine = Assert.Single(Files(), file => File.ReadAllText(file).Contains(prompt[..36], StringComparison.Ordinal));
#if !NETSTANDARD_BUILD // which is for Windows
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(mine));
        }
#endif
        input.Dispose();
        Assert.DoesNotContain(mine, Files());
    }

    private static async Task<LoopbackServer> StartAsync(BatchService service)
    {
        var server = await LoopbackServer.StartAsync();
        server.Batches = service;
        return server;
    }

    private static BatchInput Input(OpenAIClient client, params string[] prompts)
    {
        var input = new BatchInput(client, "chat/completions");
        for (int i = 0; i < prompts.Length; i++)
        {
            Assert.True(input.TryAdd($"input-{i}", new ChatCompletionRequest { Model = "m", Messages = [new("user", prompts[i])] }));
        }

        return input;
    }
}
