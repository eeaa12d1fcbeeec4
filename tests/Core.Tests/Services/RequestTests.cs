using OpenAIStream.Loopback;
using OpenAIStream.Tests.Http;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Services;

/// <summary>Requests to endpoints without a model: paths, bodies, lists.</summary>
public sealed class RequestTests
{
    /// <summary>Ways to write a path, and the resulting path and query below /v1/.</summary>
    public static TheoryData<string, string> Paths => new()
    {
        { "files", "/v1/files" },
        { "/files", "/v1/files" },
        { "/v1/files", "/v1/files" },
        { "v1/files", "/v1/v1/files" },
        { "{server}v1/files?limit=2", "/v1/files?limit=2" },
        { "files?order=asc&after=a%20b", "/v1/files?order=asc&after=a%20b" },
    };

    /// <summary>Pages that are not a list, or that lead nowhere.</summary>
    public static TheoryData<string, string> OddPages => new()
    {
        { """{"a":1}""", "The response is JSON, but not a list: it has no 'data' field. Check the path." },
        { """{"data":{}}""", "The response is JSON, but not a list: it has no 'data' field. Check the path." },
        { """{"data":[],"has_more":true}""", "The list has more items, but the response does not say where the next page begins." },
        { """{"data":[{"id":""}],"has_more":true}""", "The list has more items, but the response does not say where the next page begins." },
    };

    /// <summary>First pages, and the query for the second.</summary>
    public static TheoryData<string, string> Pages => new()
    {
        { """{"data":[{"id":"a"},{"id":"b"}],"has_more":true,"last_id":"b"}""", "after=b" },
        { """{"data":[{"id":"a"},{"id":"b"}],"has_more":true}""", "after=b" },
        { """{"data":[{"id":7}],"has_more":true}""", "after=7" },
        { """{"data":[{"id":"a"}],"has_more":true,"last_id":""}""", "after=a" },
        { """{"data":[{"id":"a"}],"next_page":"p 2"}""", "page=p%202" },
        { """{"data":[],"has_more":true,"next_page":"p2","last_id":"a"}""", "page=p2" },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_path_is_accepted_as_documentation_shows_it(string path, string asked)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, "{}");
        using var client = Client(new Uri(server.Http1, "v1/"));
        await client.RequestAsync<JsonMap>(HttpMethod.Get, path.Replace("{server}", server.Http1.ToString(), StringComparison.Ordinal), null, null, TestStop);
        Assert.Equal(asked, server.Requests[0].Path);
    }

    [Theory]
    [InlineData("https://elsewhere.example.test/v1/files")]
    [InlineData("../admin")]
    [InlineData("/v1/../admin")]
    [InlineData(@"/v1\..\..\admin")]
    [InlineData(@"..\admin")]
    [InlineData(@"/v1\..\admin?x=\")]
    public async Task A_path_outside_the_base_address_is_refused(string path)
    {
        await using var server = await LoopbackServer.StartAsync();
        using var client = Client(new Uri(server.Http1, "v1/"));
        await Assert.ThrowsAsync<ArgumentException>(() => client.SendAsync(HttpMethod.Get, path, null, null, TestStop));
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("PUT", true)]
    [InlineData("DELETE", true)]
    [InlineData("POST", false)] // it may have succeeded
    [InlineData("PATCH", false)]
    public async Task A_request_that_may_have_succeeded_is_not_retried(string method, bool isRepeated)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(new Reply().Reset());
        server.Default = Reply.Json(200, "{}");
        var clock = new RetryClock();
        using var client = Client(server.Http1, options => (options.MaximumRetryCount, options.TimeProvider) = (2, clock));
        var raised = await Record.ExceptionAsync(() => client.RequestAsync<JsonMap>(new HttpMethod(method), "x", null, clock.Skipping(), TestStop));
        Assert.Equal((isRepeated ? 2 : 1, isRepeated), (server.Requests.Count, raised is null));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_list_is_read_page_by_page(string first, string query)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Json(200, first), Reply.Json(200, """{"data":[{"id":"c"}]}"""));
        using var client = Client(server.Http1);
        var page = await client.GetPageAsync<JsonMap>("things?limit=2", null, null, TestStop);
        Assert.True(page.HasMore);
        var last = await client.GetPageAsync("things?limit=2", page, null, TestStop);
        Assert.Equal((false, "c"), (last.HasMore, last.Data[0]["id"]));
        Assert.Equal($"/things?limit=2&{query}", server.Requests[1].Path);
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetPageAsync("things", last, null, TestStop));
    }

    [Theory]
    [MemberData(nameof(OddPages))]
    public async Task An_invalid_page_is_an_error(string json, string message)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, json);
        using var client = Client(server.Http1);
        Assert.Equal(message, (await Assert.ThrowsAsync<ResponseFormatException>(() => client.GetPageAsync<JsonMap>("things", null, null, TestStop))).Message);
    }

    [Fact]
    public async Task Pages_that_lead_in_a_circle_are_an_error()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"data":[{"id":"a"}],"has_more":true}""");
        using var client = Client(server.Http1);
        var first = await client.GetPageAsync<JsonMap>("things", null, null, TestStop);
        var error = await Assert.ThrowsAsync<ResponseFormatException>(() => client.GetPageAsync("things", first, null, TestStop));
        Assert.Equal("The list has more items, but its pages refer to each other in a circle.", error.Message);
    }

    [Fact]
    public async Task Pages_that_lead_in_a_larger_circle_are_an_error()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue([.. new[] { "a", "b", "a" }.Select(static id => Reply.Json(200, $$"""{"data":[{"id":"{{id}}"}],"has_more":true}"""))]);
        using var client = Client(server.Http1);
        var first = await client.GetPageAsync<JsonMap>("things", null, null, TestStop);
        var second = await client.GetPageAsync("things", first, null, TestStop);
        var error = await Assert.ThrowsAsync<ResponseFormatException>(() => client.GetPageAsync("things", second, null, TestStop));
        Assert.Equal("The list has more items, but its pages refer to each other in a circle.", error.Message);
    }

    [Fact]
    public async Task A_page_can_be_requested_again()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue([.. new[] { "a", "b", "b" }.Select(static id => Reply.Json(200, $$"""{"data":[{"id":"{{id}}"}],"has_more":true}"""))]);
        using var client = Client(server.Http1);
        var first = await client.GetPageAsync<JsonMap>("things", null, null, TestStop);
        await client.GetPageAsync("things", first, null, TestStop);
        Assert.Equal("b", (await client.GetPageAsync("things", first, null, TestStop)).Data[0]["id"]);
    }

    [Fact]
    public async Task Nine_empty_pages_in_a_row_are_followed_and_ten_are_an_error()
    {
        await using var server = await LoopbackServer.StartAsync();
        string[] pages = [.. Enumerable.Range(0, 9).Select(EmptyPage), """{"data":[{"id":"a"}],"last_id":"after","has_more":true}""", .. Enumerable.Range(10, 10).Select(EmptyPage)];
        server.Enqueue([.. pages.Select(static page => Reply.Json(200, page))]);
        using var client = Client(server.Http1);
        ListPage<JsonMap>? page = null;
        var error = await Assert.ThrowsAsync<ResponseFormatException>(async () =>
        {
            while (true)
            {
                page = await client.GetPageAsync("things", page, null, TestStop);
            }
        });
        Assert.Equal("The list has more items according to the response, but its last 10 pages were empty.", error.Message);
        Assert.Equal(20, server.Requests.Count);

        static string EmptyPage(int number) => $$"""{"data":[],"last_id":"{{number}}","has_more":true}""";
    }
}
