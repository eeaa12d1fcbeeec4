using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

public class RedirectTests
{
    private static readonly Reply Good = Reply.Sse(Hello, Setup.Stop, "[DONE]");

    [Theory]
    [InlineData(301, "POST")]
    [InlineData(302, "POST")]
    [InlineData(303, "GET")]
    [InlineData(307, "POST")]
    [InlineData(308, "POST")]
    public async Task A_redirect_keeps_the_request_unless_it_requires_GET(int status, string method)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(new Reply().Status(status).Header("Location", "/elsewhere?x=1").ContentLength(0), Good);
        using var client = Client(server.Http1);

        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);

        var (first, second) = (server.Requests[0], server.Requests[1]);
        Assert.Equal((method, "/elsewhere?x=1"), (second.Method, second.Path));
        Assert.Equal(method == "GET" ? "" : first.Body, second.Body);
        Assert.Equal($"Bearer {Key}", second.Headers["Authorization"]);
    }

    [Fact]
    public async Task Another_host_gets_the_request_without_the_key_and_our_other_headers()
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var other = await LoopbackServer.StartAsync();
        server.Enqueue(new Reply().Status(307).Header("Location", new Uri(other.Http1, "v1/completions").ToString()).ContentLength(0));
        other.Enqueue(Good);
        using var client = Client(server.Http1, options =>
        {
            options.Organization = "org";
            options.Project = "proj";
            options.Headers["api-key"] = "secret-of-the-gateway";
        });
        var own = new RequestOptions();
        own.Headers["X-Mine"] = "1";

        using var stream = await client.Completions.CreateStreamingAsync(Ask, own, TestStop);

        var request = Assert.Single(other.Requests);
        Assert.Contains("hi", request.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(request.Headers.Keys, name => name is "Authorization" or "OpenAI-Organization" or "OpenAI-Project" or "api-key" or "X-Mine");
    }

    [Fact]
    public async Task A_redirect_back_to_our_origin_does_not_get_the_key()
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var other = await LoopbackServer.StartAsync();
        server.Enqueue(new Reply().Status(307).Header("Location", other.Http1.ToString()).ContentLength(0), Good);
        other.Enqueue(new Reply().Status(307).Header("Location", new Uri(server.Http1, "log-everything").ToString()).ContentLength(0));
        using var client = Client(server.Http1);

        using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);

        Assert.Equal("/log-everything", server.Requests[1].Path);
        Assert.False(server.Requests[1].Headers.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData("http")]
    [InlineData("file")]
    public async Task A_redirect_out_of_TLS_is_not_followed(string scheme)
    {
        await using var server = await LoopbackServer.StartAsync();
        string target = scheme == "http" ? server.Http1.ToString() : "file:///etc/passwd";
        server.Enqueue(new Reply().Status(307).Header("Location", target).ContentLength(0));
        using var client = Client(server.Https);

        var error = await Assert.ThrowsAsync<ApiConnectionException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));

        Assert.Contains("redirected", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Status(302).Header("Location", "/again").ContentLength(0);
        using var client = Client(server.Http1);

        var error = await Assert.ThrowsAsync<ApiConnectionException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));

        Assert.Contains("10 times", error.Message, StringComparison.Ordinal);
        Assert.Equal(11, server.Requests.Count);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(302)]
    [InlineData(304)]
    public async Task A_redirect_without_an_address_is_an_ordinary_status(int status)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Status(status);
        using var client = Client(server.Http1);

        var error = await Assert.ThrowsAsync<ApiStatusException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));

        Assert.Equal(status, error.StatusCode);
        Assert.Single(server.Requests);
    }
}
