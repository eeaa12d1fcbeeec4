using System.Collections;
using System.Text;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>Responses of endpoints without a model, read as a whole or as they arrive.</summary>
public sealed class ApiResponseTests
{
    private const string Json = "application/json";

    /// <summary>Bodies, and how they are read: the type, then the text, the bytes in hex, or JSON.</summary>
    public static TheoryData<string, string, string> Bodies => new()
    {
        { Json, """{"a":1}""", """JsonMap {"a":1}""" },
        { Json, """[1,{"a":2}]""", """Object[] [1,{"a":2}]""" },
        { Json, "\"text\"", "String text" },
        { Json, "7", "Int64 7" },
        { Json, "null", "null" },
        { Json, "", "null" },
        { Json, "\uFEFF{\"a\":1}", """JsonMap {"a":1}""" },
        { "application/problem+json", """{"a":1}""", """JsonMap {"a":1}""" },
        { "APPLICATION/JSON; charset=utf-8", """{"a":1}""", """JsonMap {"a":1}""" },
        { "", """{"a":1}""", """JsonMap {"a":1}""" },
        { "", "[1]", "Object[] [1]" },
        { "text/plain", """ {"a":1}""", """JsonMap {"a":1}""" },
        { "text/plain", "[1]", "Object[] [1]" },
        { "text/plain", "{no JSON", "String {no JSON" },
        { "text/plain", "1", "String 1" }, // a number is text unless its type says JSON
        { "text/plain", "\uFEFFtext", "String text" },
        { "text/plain", "a\0b", "String a\0b" },
        { "text/csv", """{"a":1}""", """String {"a":1}""" },
        { "application/xml", "<a/>", "String <a/>" },
        { "application/octet-stream", "a\0b", "Byte[] 610062" },
        { "application/octet-stream", """{"a":1}""", """String {"a":1}""" },
    };

    [Fact]
    public async Task The_token_of_an_earlier_step_does_not_end_the_next()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"id":"a"}""");
        using var client = Client(server.Http1);
        using var response = await client.SendAsync(HttpMethod.Get, "things/a", null, null, TestStop);
        using var earlier = new CancellationTokenSource();
        Assert.Null(await response.FindErrorAsync(earlier.Token));
        using var later = new CancellationTokenSource();
        Assert.Null(await response.FindErrorAsync(later.Token));
        earlier.Cancel();
        Assert.Equal("a", ((JsonMap)(await response.ReadAsync(TestStop))!)["id"]);
    }

    /// <summary>Answers with an error, and its message; null if the answer is the requested object.</summary>
    public static TheoryData<string, string?> Errors => new()
    {
        { """{"error":{"message":"m","code":"c"}}""", "The service reported an error: m" },
        { """{"object":"error","id":"x","message":"m"}""", "The service reported an error: m" },
        { """[{"error":{"message":"m"}}]""", "The service reported an error: m" },
        { """{"id":"batch_1","object":"batch","status":"failed","error":{"message":"m"}}""", null },
        { """{"message":"m","code":"c"}""", null },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_is_read_by_its_type(string type, string body, string expected)
    {
        using var response = Response(body, type);
        object? value = await response.ReadAsync(TestStop);
        Assert.Equal(expected, value switch
        {
            null => "null",
            byte[] bytes => $"Byte[] {Convert.ToHexString(bytes)}",
            string text => $"String {text}",
            _ => $"{value.GetType().Name} {JsonModel.FromFields<JsonMap>(new Hashtable { ["v"] = value }).ToJson()[5..^1]}",
        });
    }

    [Fact]
    public async Task Bytes_that_are_not_text_stay_bytes()
    {
        using var response = ApiResponse.From(new HttpResponseMessage { Content = new ByteArrayContent([0xFF, 0xFE, 0x41]) });
        Assert.Equal(new byte[] { 0xFF, 0xFE, 0x41 }, await response.ReadAsync(TestStop));
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task An_error_in_an_answer_is_raised_and_a_job_that_failed_is_an_answer(string json, string? message)
    {
        using var response = Response(json, Json);
        var raised = await Record.ExceptionAsync(() => response.ReadAsync(TestStop));
        Assert.Equal((message, message is null ? null : "req_1"), (raised?.Message, (raised as ApiException)?.RequestId));
    }

    [Fact]
    public void Invalid_JSON_that_is_declared_as_JSON_is_an_error_with_the_body()
    {
        using var response = Response("""{"a":""", Json);
        var error = Assert.Throws<ResponseFormatException>(() => response.Read(TestStop));
        Assert.Equal(("The response is not valid JSON.", """{"a":""", "req_1"), (error.Message, error.Body, error.RequestId));
    }

    [Fact]
    public async Task Status_headers_type_and_length_are_known_before_the_body_is_read()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(new Reply().Status(202).Header("Content-Type", "Text/CSV").Header("x-request-id", "req_7").Header("x-a", "1").ContentLength(3).Send("a,b"));
        using var client = Client(server.Http1);
        using var response = await client.SendAsync(HttpMethod.Get, "reports/1", null, null, TestStop);
        Assert.Equal((202, "req_7", "text/csv", 3L, "1"), (response.StatusCode, response.RequestId, response.MediaType, response.ContentLength, response.Headers["x-a"]));
        using var reader = new StreamReader(response.Body);
        Assert.Equal("a,b", await reader.ReadToEndAsync(TestStop));
    }

    [Fact]
    public async Task A_body_is_read_as_it_arrives_and_its_connection_is_reused()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(new Reply().Send("first").Flush().WaitFor("go").Send("second"), Reply.Json(200, "{}"));
        using var client = Client(server.Http1);
        using var response = client.Send(HttpMethod.Get, "files/1/content", null, null, TestStop);
        byte[] buffer = new byte[100];
        Assert.Equal("first", Encoding.UTF8.GetString(buffer, 0, await response.Body.ReadAsync(buffer, TestStop)));
        server.Signal("go");
        Assert.Equal("second", Encoding.UTF8.GetString(buffer, 0, await response.Body.ReadAsync(buffer, TestStop)));
        Assert.Equal(0, await response.Body.ReadAsync(buffer, TestStop));
        Assert.Equal(0, await response.Body.ReadAsync(buffer, TestStop));
        await client.RequestAsync<JsonMap>(HttpMethod.Get, "files", null, null, TestStop);
        Assert.Equal(server.Requests[0].ConnectionId, server.Requests[1].ConnectionId);
    }

    [Fact]
    public async Task Disposing_it_or_canceling_a_read_closes_the_connection()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Header("Content-Type", Json).Send("{").Flush().Stall();
        using var client = Client(server.Http1);
        (await client.SendAsync(HttpMethod.Get, "a", null, null, TestStop)).Dispose();
        await server.WaitForClientGone(0, TimeSpan.FromSeconds(10));

        using var stop = new CancellationTokenSource();
        using var response = await client.SendAsync(HttpMethod.Get, "b", null, null, TestStop);
        var reading = response.ReadAsync(stop.Token);
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await server.WaitForClientGone(1, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_body_that_breaks_is_an_error_with_the_request_id()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Header("Content-Type", Json).Header("x-request-id", "req_1").ContentLength(100).Send("{").Flush().Cut();
        using var client = Client(server.Http1);
        using var response = await client.SendAsync(HttpMethod.Get, "a", null, null, TestStop);
        Assert.Equal("req_1", (await Assert.ThrowsAnyAsync<ApiConnectionException>(() => response.ReadAsync(TestStop))).RequestId);
    }

    private static ApiResponse Response(string body, string type)
    {
        var message = new HttpResponseMessage { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        message.Headers.Add("x-request-id", "req_1");
        if (type.Length > 0)
        {
            message.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return ApiResponse.From(message);
    }
}
