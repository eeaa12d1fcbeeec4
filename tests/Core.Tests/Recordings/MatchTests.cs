using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace OpenAIStream.Tests.Recordings;

/// <summary>Which recording answers, and the error when none does.</summary>
public sealed class MatchTests
{
    public static TheoryData<string, string, string, string, bool> Pairs => new()
    {
        { "the same", "POST /v1/x", "{\"a\":1}", "{\"a\":1}", true },
        { "another layout", "POST /v1/x", "{\"a\":1,\"b\":[1,2]}", "{ \"b\": [1, 2],\r\n\"a\": 1 }", true },
        { "another spelling of a number", "POST /v1/x", "{\"a\":1}", "{\"a\":1.0}", true },
        { "another spelling of a string", "POST /v1/x", "{\"a\":\"\u00FC\"}", "{\"a\":\"\\u00fc\"}", true },
        { "another value", "POST /v1/x", "{\"a\":1}", "{\"a\":2}", false },
        { "another type", "POST /v1/x", "{\"a\":1}", "{\"a\":\"1\"}", false },
        { "null and absent", "POST /v1/x", "{\"a\":null}", "{}", false },
        { "more fields", "POST /v1/x", "{\"a\":1,\"b\":2}", "{\"a\":1}", false },
        { "fewer fields", "POST /v1/x", "{}", "{\"a\":1}", false },
        { "another order of items", "POST /v1/x", "[1,2]", "[2,1]", false },
        { "more items", "POST /v1/x", "[1,2]", "[1]", false },
        { "another method", "PUT /v1/x", "{}", "{}", false },
        { "another path", "POST /v1/y", "{}", "{}", false },
        { "a query", "POST /v1/x?a=1", "{}", "{}", false },
        { "no JSON", "POST /v1/x", "a=1", "a=1", true },
        { "other text", "POST /v1/x", "a=1", "a=2", false },
        { "no body", "POST /v1/x", "", "{}", false },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_body_is_compared_as_a_value(string name, string asked, string askedBody, string recordedBody, bool isAnswered)
    {
        bool was = await IsAnsweredAsync("POST /v1/x", recordedBody, asked, askedBody, RecordingMatch.All);
        Assert.True(was == isAnswered, name);
    }

    [Theory]
    [InlineData("POST /v1/x?a=1&b=2", "POST /v1/x?b=2&a=1", true)]
    [InlineData("POST /v1/x?a=1&a=2", "POST /v1/x?a=1", false)]
    [InlineData("POST /v1/x?key=***", "POST /v1/x?key=secret", true)]
    [InlineData("POST /v1/x?api-version=1", "POST /v1/x?api-version=2", false)]
    public async Task A_query_is_compared_by_its_parameters(string recorded, string asked, bool isAnswered) =>
        Assert.Equal(isAnswered, await IsAnsweredAsync(recorded, "{}", asked, "{}", RecordingMatch.All));

    [Theory]
    [InlineData(RecordingMatch.Method | RecordingMatch.Path, "POST /v1/x", "other", true)]
    [InlineData(RecordingMatch.Path, "PUT /v1/x", "other", true)]
    [InlineData(RecordingMatch.Body, "PUT /v1/y", "{}", true)]
    [InlineData(RecordingMatch.Method, "POST /v1/y", "other", true)]
    [InlineData(RecordingMatch.None, "PUT /v1/y", "other", true)]
    [InlineData(RecordingMatch.Method | RecordingMatch.Path, "POST /v1/y", "{}", false)]
    [InlineData(RecordingMatch.Body, "POST /v1/x", "other", false)]
    public async Task Only_the_parts_to_match_are_compared(RecordingMatch match, string asked, string body, bool isAnswered) =>
        Assert.Equal(isAnswered, await IsAnsweredAsync("POST /v1/x", "{}", asked, body, match));

    [Fact]
    public async Task A_form_is_compared_by_its_fields_and_files()
    {
        using var folder = new TestFolder();
        var recorded = await RecordedRequest.OfAsync(Form("talk.mp3", [1, 2, 0, 255]), new Secrets());
        folder.Add("# OpenAIStream recording 1\n> POST /v1/x\n" + string.Concat(Encoding.UTF8.GetString(recorded.Body).TrimEnd().Split('\n').Select(line => $"| {line}\n")) + "< 200");
        var shelf = new RecordingShelf(folder.Path);
        shelf.Take(await RecordedRequest.OfAsync(Form("talk.mp3", [1, 2, 0, 255]), new Secrets()), RecordingMatch.All); // with another boundary
        var error = Assert.Throws<RecordingNotFoundException>(() => shelf.Take(RecordedRequest.OfAsync(Form("talk.mp3", [1, 2, 3, 4]), new Secrets()).Result, RecordingMatch.All));
        Assert.Contains("$.file.sha256 (requested", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("boundary", recorded.Headers.Single(header => header.Key == "Content-Type").Value, StringComparison.Ordinal);
        Assert.Equal("talk.mp3, 4 bytes", $"{File("filename")}, {File("bytes")} bytes");

        string File(string field) => RecordedRequest.Json(recorded.Body)!.Value.GetProperty("file").GetProperty(field).ToString();
    }

    [Fact]
    public async Task The_error_for_a_missing_recording_names_the_request_the_closest_recording_and_what_to_do()
    {
        using var folder = new TestFolder();
        folder.Add("# OpenAIStream recording 1\n> GET /v1/models\n< 200");
        folder.Add("# OpenAIStream recording 1\n> POST /v1/x\n| {\"model\":\"gpt-4o\",\"messages\":[{\"content\":\"hi\"}],\"a\":1,\"b\":2,\"c\":3}\n< 200");
        var shelf = new RecordingShelf(folder.Path);
        var request = RecordTests.Post("/v1/x", "{\"model\":\"gpt-5\",\"messages\":[{\"content\":\"hello\"}]}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "secret-0123456789");
        var asked = await RecordedRequest.OfAsync(request, new Secrets());
        var error = Assert.Throws<RecordingNotFoundException>(() => shelf.Take(asked, RecordingMatch.All));
        Assert.Equal(
            $"No recording in '{folder.Path}' matches POST /v1/x with {{ \"model\": \"gpt-5\", \"messages\": [ {{ \"content\": \"hello\" }} ] }}. "
            + $"The closest is 0002-test{Recording.FileExtension}, which differs in $.model (requested \"gpt-5\", recorded \"gpt-4o\"), "
            + "$.messages[0].content (requested \"hello\", recorded \"hi\"), $.a (not requested, recorded 1), and more. "
            + "Record the request again, or compare fewer parts of it (MatchOn).",
            error.Message);
        Assert.Equal(folder.Path, error.Folder);
    }

    [Fact]
    public async Task A_missing_recording_is_not_retried()
    {
        using var folder = new TestFolder();
        folder.Add(TestFolder.Ask, TestFolder.Answer, TestFolder.Stop);
        using var client = folder.Replay();
        int attempts = 0;
        var options = new RequestOptions { OnEvent = callEvent => attempts += callEvent is RequestSending ? 1 : 0 };
        Assert.IsType<RecordingNotFoundException>((await TestFolder.ReadAsync(client, "other", options)).Error);
        Assert.Equal(1, attempts);
    }

    private static async Task<bool> IsAnsweredAsync(string recorded, string recordedBody, string asked, string body, RecordingMatch match)
    {
        using var folder = new TestFolder();
        new Recording { Method = recorded.Split(' ')[0], Path = recorded.Split(' ')[1], RequestBody = Encoding.UTF8.GetBytes(recordedBody), StatusCode = 200 }
            .Save(Path.Combine(folder.Path, "1" + Recording.FileExtension));
        using var request = RecordTests.Post(asked.Split(' ')[1], body);
        request.Method = new HttpMethod(asked.Split(' ')[0]);
        try
        {
            new RecordingShelf(folder.Path).Take(await RecordedRequest.OfAsync(request, new Secrets()), match);
            return true;
        }
        catch (RecordingNotFoundException)
        {
            return false;
        }
    }

    private static HttpRequestMessage Form(string fileName, byte[] content)
    {
        var form = new RequestForm();
        form.Add(new TranscriptionRequest { Model = "whisper-1" }, false);
        form.AddFile("file", fileName, content);
        using var bytes = new MemoryStream();
        foreach (var piece in form.Open())
        {
            piece.CopyTo(bytes);
        }

        var body = new ByteArrayContent(bytes.ToArray());
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(form.ContentType);
        return new HttpRequestMessage(HttpMethod.Post, "https://host.example/v1/x") { Content = body };
    }
}
