using System.Text;
using OpenAIStream.Loopback;
using OpenAIStream.Tests.Recordings;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Services;

/// <summary>Files at the service: sent at once and in parts, listed, read and deleted.</summary>
public sealed class FilesTests
{
    private const string Sent = """{"id":"file-1","object":"file","bytes":10,"filename":"a.jsonl","purpose":"batch"}""";

    private static FileUpload Upload => new("a.jsonl", static () => new MemoryStream(Encoding.UTF8.GetBytes("0123456789")), 10, "batch");

    [Fact]
    public async Task A_file_is_sent_as_a_form()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, Sent);
        using var client = Client(server.Http1);
        var upload = Upload;
        upload.ExpiresAfter = TimeSpan.FromHours(2);
        var file = await client.Files.CreateAsync(upload, null, TestStop);
        Assert.Equal(("file-1", "a.jsonl", "POST", "/files"), (file.Id, file.Filename, server.Requests[0].Method, server.Requests[0].Path));
        Assert.Equal(
            ["purpose=batch", "expires_after[anchor]=created_at", "expires_after[seconds]=7200", "file=0123456789"],
            server.Requests[0].Form.Select(static part => $"{part.Name}={part.Text}"));
    }

    [Fact]
    public async Task An_upload_in_parts_continues_where_it_broke()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Json(200, """{"id":"upload_1"}"""), Reply.Json(200, """{"id":"part_1"}"""), Reply.Json(400, """{"error":{"message":"m"}}"""));
        using var client = Client(server.Http1);
        FileUploadState? state = null;
        var upload = Upload;
        (upload.PartSize, upload.OnPart) = (4, told => state = told);
        await Assert.ThrowsAsync<BadRequestException>(() => client.Files.CreateAsync(upload, null, TestStop));
        Assert.Equal(("upload_1", 4L, "part_1"), (state!.UploadId, state.SentBytes, Assert.Single(state.PartIds)));

        server.Clear();
        server.Enqueue(Reply.Json(200, """{"id":"part_2"}"""), Reply.Json(200, """{"id":"part_3"}"""), Reply.Json(200, $$"""{"id":"upload_1","file":{{Sent}}}"""));
        upload.ResumeFrom = state;
        Assert.Equal("file-1", (await client.Files.CreateAsync(upload, null, TestStop)).Id);
        Assert.Equal(["/uploads/upload_1/parts", "/uploads/upload_1/parts", "/uploads/upload_1/complete"], server.Requests.Select(static request => request.Path));
        Assert.Equal(["4567", "89"], server.Requests.Take(2).Select(static request => request.Form[0].Text));
        Assert.Equal("""{"part_ids":["part_1","part_2","part_3"]}""", server.Requests[2].Body);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(4L)]
    public async Task A_service_that_stored_something_else_is_an_error(long? partSize)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"id":"file-1","bytes":9,"file":{"id":"file-1","bytes":9}}""");
        using var client = Client(server.Http1);
        var upload = Upload;
        upload.PartSize = partSize;
        var error = await Assert.ThrowsAsync<ResponseFormatException>(() => client.Files.CreateAsync(upload, null, TestStop));
        Assert.Equal("'a.jsonl' has 10 bytes, but the service says that it stored 9 bytes, with the id 'file-1'. Delete that file, and send it again.", error.Message);
    }

    public static TheoryData<long?, string> Changes { get; } = new(
        from partSize in new long?[] { null, 4 }
        from change in new[] { "append", "overwrite", "shorten", "remove" }
        select (partSize, change));

    /// <summary>The file changes after it was specified: whatever was sent of it, the service must not store a mixture.</summary>
    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_file_that_changes_is_an_error_without_a_retry(long? partSize, string change)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"id":"x"}""");
        using var client = Client(server.Http1, static options => options.MaximumRetryCount = 3);
        using var folder = new TestFolder();
        string path = Path.Combine(folder.Path, "a.jsonl");
        File.WriteAllText(path, "0123456789");
        var upload = new FileUpload(path, "batch") { PartSize = partSize };
        upload.OnPart = _ => Change(path, change);
        if (partSize is null)
        {
            Change(path, change);
        }

        var error = await Assert.ThrowsAsync<SentFileException>(() => client.Files.CreateAsync(upload, null, TestStop));
        Assert.Equal(path, error.Path);
        Assert.Contains(change == "remove" ? "can no longer be read" : "was changed while it was being sent", error.Message);
        Assert.DoesNotContain(server.Requests, static request => request.Path is "/files" or "/uploads/x/complete" || request.Form.Any(static part => part.Text == "4567"));
    }

    /// <summary>The last part has been sent, and the file changes before the upload is completed.</summary>
    [Fact]
    public async Task A_file_that_changes_after_its_last_part_is_not_completed()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"id":"x"}""");
        using var client = Client(server.Http1);
        using var folder = new TestFolder();
        string path = Path.Combine(folder.Path, "a.jsonl");
        File.WriteAllText(path, "0123456789");
        var upload = new FileUpload(path, "batch") { PartSize = 4 };
        upload.OnPart = state => Change(path, state.SentBytes == 10 ? "overwrite" : "");
        await Assert.ThrowsAsync<SentFileException>(() => client.Files.CreateAsync(upload, null, TestStop));
        Assert.Equal(["/uploads", "/uploads/x/parts", "/uploads/x/parts", "/uploads/x/parts"], server.Requests.Select(static request => request.Path));
    }

    [Fact]
    public async Task Content_that_ends_early_is_an_error_without_a_retry()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var client = Client(server.Http1, static options => options.MaximumRetryCount = 3);
        int opened = 0;
        var upload = new FileUpload("a.jsonl", () => { opened++; return new MemoryStream(new byte[7]); }, 10, "batch");
        var error = await Assert.ThrowsAsync<SentFileException>(() => client.Files.CreateAsync(upload, null, TestStop));
        Assert.Equal(("a.jsonl", "'a.jsonl' ended 3 bytes before the expected length. Send it again.", 1), (error.Path, error.Message, opened));
    }

    private static void Change(string path, string change)
    {
        switch (change)
        {
            case "append": File.AppendAllText(path, "more"); break;
            case "overwrite": File.WriteAllText(path, "x123456789"); File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(2)); break; // some file systems have times of two seconds
            case "shorten": File.WriteAllText(path, "01234"); break;
            case "remove": File.Delete(path); break;
        }
    }

    /// <summary>States that are useless: for another file, for other parts, expired, or unknown to the service.</summary>
    [Theory]
    [InlineData("""{"upload_id":"upload_0","bytes":11,"part_size":4,"part_ids":["p"]}""", false)]
    [InlineData("""{"upload_id":"upload_0","bytes":10,"part_size":5,"part_ids":["p"]}""", false)]
    [InlineData("""{"upload_id":"upload_0","bytes":10,"part_size":4,"part_ids":["p"],"expires_at":1}""", false)]
    [InlineData("""{"upload_id":"upload_0","bytes":10,"part_size":4,"part_ids":["p"],"expires_at":99999999999}""", true)]
    public async Task An_upload_that_cannot_be_resumed_starts_over(string state, bool isTried)
    {
        await using var server = await LoopbackServer.StartAsync();
        if (isTried)
        {
            server.Enqueue(Reply.Json(404, """{"error":{"message":"No such upload."}}"""));
        }

        server.Enqueue(Reply.Json(200, """{"id":"upload_1"}"""), Reply.Json(200, """{"id":"a"}"""), Reply.Json(200, """{"id":"b"}"""), Reply.Json(200, """{"id":"c"}"""), Reply.Json(200, $$"""{"file":{{Sent}}}"""));
        using var client = Client(server.Http1);
        var upload = Upload;
        (upload.PartSize, upload.ResumeFrom) = (4, JsonModel.FromJson<FileUploadState>(state));
        Assert.Equal("file-1", (await client.Files.CreateAsync(upload, null, TestStop)).Id);
        Assert.Equal(isTried ? "/uploads/upload_0/parts" : "/uploads", server.Requests[0].Path);
        Assert.Equal("""{"part_ids":["a","b","c"]}""", server.Requests[^1].Body);
    }

    /// <summary>All parts have been sent. A 400 is about how the file is completed, which sending it again would not change.</summary>
    [Theory]
    [InlineData(400, false)]
    [InlineData(404, true)]
    [InlineData(409, false)] // the service may have completed it
    public async Task An_upload_that_the_service_refuses_to_complete_starts_over_only_if_it_is_gone(int status, bool startsOver)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Json(status, """{"error":{"message":"No."}}""").For("POST", "/uploads/upload_0/complete"));
        server.Default = Reply.Json(200, $$"""{"id":"new","file":{{Sent}}}""");
        using var client = Client(server.Http1, static options => options.MaximumRetryCount = 0);
        var upload = Upload;
        (upload.PartSize, upload.ResumeFrom) = (4, JsonModel.FromJson<FileUploadState>("""{"upload_id":"upload_0","bytes":10,"part_size":4,"part_ids":["a","b","c"]}"""));
        var error = await Record.ExceptionAsync(() => client.Files.CreateAsync(upload, null, TestStop));
        Assert.Equal(startsOver ? null : status == 400 ? typeof(BadRequestException) : typeof(ConflictException), error?.GetType());
        Assert.Equal(startsOver, server.Requests.Any(static request => request.Path == "/uploads"));
    }

    /// <summary>
    /// The file may have been stored when the answer was lost. The same call asks again to complete it, and never sends
    /// anything else, not even after the hour in which the service keeps an upload.
    /// </summary>
    [Theory]
    [InlineData(200, false)]
    [InlineData(400, false)]
    [InlineData(404, true)]
    [InlineData(409, false)]
    public async Task An_upload_whose_completion_was_not_answered_is_completed_or_an_error_but_not_sent_again(int status, bool isExpired)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(
            Reply.Json(200, """{"id":"upload_1","expires_at":99999999999}"""), Reply.Json(200, """{"id":"a"}"""), Reply.Json(200, """{"id":"b"}"""), Reply.Json(200, """{"id":"c"}"""),
            new Reply().Cut());
        using var client = Client(server.Http1, static options => options.MaximumRetryCount = 0);
        FileUploadState? state = null;
        var upload = Upload;
        (upload.PartSize, upload.OnPart) = (4, told => state = told);
        Assert.True((await Assert.ThrowsAnyAsync<ApiConnectionException>(() => client.Files.CreateAsync(upload, null, TestStop))).MayHaveActed);
        Assert.True(state!.IsCompleting);

        state = JsonModel.FromJson<FileUploadState>(isExpired ? state.ToJson().Replace("99999999999", "1", StringComparison.Ordinal) : state.ToJson());
        for (int i = 0; i < 2; i++)
        {
            server.Clear();
            server.Default = Reply.Json(status, status == 200 ? $$"""{"id":"upload_1","file":{{Sent}}}""" : """{"error":{"message":"No.","code":"c"}}""");
            (upload.ResumeFrom, upload.PartSize) = (state, i == 0 ? 4 : null); // the parts have been sent
            var error = await Record.ExceptionAsync(() => client.Files.CreateAsync(upload, null, TestStop));
            Assert.Equal("""POST /uploads/upload_1/complete {"part_ids":["a","b","c"]}""", string.Join("; ", server.Requests.Select(static request => $"{request.Method} {request.Path} {request.Body}")));
            if (status == 200)
            {
                Assert.Null(error);
                continue;
            }

            var unclear = Assert.IsType<FileUploadException>(error);
            Assert.Equal("c", unclear.Code);
            Assert.Contains("Look for a stored file with that name, 10 bytes and the purpose 'batch'.", unclear.Message, StringComparison.Ordinal);
            Assert.EndsWith($"(upload_1). The service returned {status}: No.", unclear.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>A request that the service certainly refused leaves no doubt, so the upload can start over.</summary>
    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    public async Task An_upload_whose_completion_was_refused_is_not_taken_for_a_stored_file(int status)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"id":"x"}""");
        server.Enqueue(Reply.Json(status, """{"error":{"message":"No."}}""").For("POST", "/uploads/x/complete"));
        using var client = Client(server.Http1);
        var upload = Upload;
        FileUploadState? state = null;
        (upload.PartSize, upload.OnPart) = (4, told => state = told);
        await Assert.ThrowsAnyAsync<ApiStatusException>(() => client.Files.CreateAsync(upload, null, TestStop));
        Assert.Equal((10, false), (state!.SentBytes, state.IsCompleting));
    }

    [Fact]
    public async Task Files_are_listed_described_read_and_deleted()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(
            Reply.Json(200, $$"""{"data":[{{Sent}}],"has_more":false}"""), Reply.Json(200, Sent), new Reply().Send("content"),
            Reply.Json(200, """{"id":"file-1","deleted":true}"""), Reply.Json(200, """{"id":"file-1","deleted":false}"""));
        using var client = Client(server.Http1);
        Assert.Equal("file-1", Assert.Single((await client.Files.ListAsync("user data", null, null, TestStop)).Data).Id);
        Assert.Equal(10, (await client.Files.GetAsync("file-1", null, TestStop)).Bytes);
        using var content = await client.Files.OpenAsync("file-1", null, TestStop);
        Assert.Equal("content", await content.ReadAsync(TestStop));
        await client.Files.DeleteAsync("file-1", null, TestStop);
        await Assert.ThrowsAsync<ApiException>(() => client.Files.DeleteAsync("file-1", null, TestStop));
        Assert.Equal(
            ["GET /files?purpose=user%20data", "GET /files/file-1", "GET /files/file-1/content", "DELETE /files/file-1", "DELETE /files/file-1"],
            server.Requests.Select(static request => $"{request.Method} {request.Path}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public async Task An_id_that_would_change_the_address_is_refused(string id)
    {
        await using var server = await LoopbackServer.StartAsync();
        using var client = Client(server.Http1);
        await Assert.ThrowsAsync<ApiConfigurationException>(() => client.Files.DeleteAsync(id, null, TestStop));
        Assert.Empty(server.Requests);
    }
}
