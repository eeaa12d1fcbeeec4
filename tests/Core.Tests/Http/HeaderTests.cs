using System.Security;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

public class HeaderTests
{
    private static readonly Reply Good = Reply.Json(200, """{"choices":[{"index":0,"text":"ok","finish_reason":"stop"}]}""");
    private static readonly Uri Nowhere = new("http://127.0.0.1:9/");

    public static TheoryData<string> UnsendableKeys => [.. new[] { "sk-secret\r\nX-Evil: 1", "sk-secret\nvalue", "sk-secret\0value", "sk-secret value", "sk-sécret", "sk-secret\x7f" }];

    [Theory]
    [MemberData(nameof(UnsendableKeys))]
    public void A_key_that_is_invalid_in_a_header_is_refused_without_showing_it(string key)
    {
        var error = Assert.Throws<ApiConfigurationException>(() => ApiCredential.FromKey(key));
        Assert.DoesNotContain("cret", error.ToString().Split(" at ")[0], StringComparison.Ordinal);

        using var secure = new SecureString();
        foreach (char c in key)
        {
            secure.AppendChar(c);
        }

        Assert.Throws<ApiConfigurationException>(() => ApiCredential.FromKey(secure));
    }

    [Theory]
    [InlineData("X-A", "secret\r\nX-Evil: 1")]
    [InlineData("X-A", "secret\nvalue")]
    [InlineData("X-A", "secret\0value")]
    [InlineData("X-A", "sécret")]
    [InlineData("X A", "secret")]
    [InlineData("X-A:", "secret")]
    [InlineData("X-A\r\n", "secret")]
    [InlineData("X(A)", "secret")]
    [InlineData("", "secret")]
    [InlineData("Content-Length", "3")]
    [InlineData("Transfer-Encoding", "chunked")]
    public async Task An_invalid_header_is_refused_before_anything_is_sent_without_showing_its_value(string name, string value)
    {
        var refusals = new List<ApiConfigurationException> { Assert.Throws<ApiConfigurationException>(() => Client(Nowhere, options => options.Headers[name] = value)) };
        using var client = Client(Nowhere);
        var request = new RequestOptions();
        request.Headers[name] = value;
        refusals.Add(await Assert.ThrowsAsync<ApiConfigurationException>(() => client.Completions.CreateAsync(Ask, request, TestStop)));
        if (name == "X-A")
        {
            refusals.Add(Assert.Throws<ApiConfigurationException>(() => Client(Nowhere, options => options.Organization = value)));
            refusals.Add(Assert.Throws<ApiConfigurationException>(() => Client(Nowhere, options => options.Project = value)));
        }

        Assert.All(refusals, refusal => Assert.DoesNotContain("cret", refusal.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_query_parameter_may_occur_several_times()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Good;
        using var client = Client(server.Http1);
        var request = new RequestOptions();
        request.Query["a"] = "1";
        request.RepeatedQuery.Add(new("include[]", "x y"));
        request.RepeatedQuery.Add(new("include[]", "z"));
        await client.Completions.CreateAsync(Ask, request, TestStop);
        Assert.Equal("/completions?a=1&include%5B%5D=x%20y&include%5B%5D=z", server.Requests[0].Path);
    }

    [Fact]
    public async Task A_request_identifies_the_module_and_sends_no_telemetry()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Good;
        using var client = Client(server.Http1, options =>
        {
            options.Organization = "org-1";
            options.Project = "proj-1";
            options.Headers["X-Team"] = "blue";
            options.Headers["X-Both"] = "client";
        });
        var request = new RequestOptions();
        request.Headers["x-both"] = "call";
        request.Query["api-version"] = "2024-10-21 preview";

        await client.Completions.CreateAsync(Ask, request, TestStop);

        var seen = server.Requests[0];
        Assert.Equal("/completions?api-version=2024-10-21%20preview", seen.Path);
        Assert.Equal($"Bearer {Key}", seen.Headers["Authorization"]);
        Assert.Equal("org-1", seen.Headers["OpenAI-Organization"]);
        Assert.Equal("proj-1", seen.Headers["OpenAI-Project"]);
        Assert.Equal("blue", seen.Headers["X-Team"]);
        Assert.Equal("call", seen.Headers["X-Both"]);
        Assert.Equal("application/json", seen.Headers["Content-Type"]);
        Assert.Equal("application/json", seen.Headers["Accept"]);
        Assert.Matches(@"^OpenAIStream/\d+\.\d+\.\d+ \(\.NET .+; (Windows|macOS|Linux)\)$", seen.Headers["User-Agent"]);
        Assert.DoesNotContain(seen.Headers.Keys, name => name.StartsWith("x-stainless", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(
            ["Accept", "Authorization", "Content-Length", "Content-Type", "Host", "OpenAI-Organization", "OpenAI-Project", "User-Agent", "X-Both", "X-Team"],
            seen.Headers.Keys.Order(StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_caller_can_replace_our_own_headers()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Good;
        using var client = Client(server.Http1);
        var request = new RequestOptions();
        var own = new Dictionary<string, string>
        {
            ["Authorization"] = "Basic abc",
            ["Content-Type"] = "application/json; charset=utf-8",
            ["User-Agent"] = "mine",
            ["Accept"] = "*/*",
            ["Expires"] = "0",
        };
        foreach (var header in own)
        {
            request.Headers[header.Key] = header.Value;
        }

        await client.Completions.CreateAsync(Ask, request, TestStop);

        Assert.All(own, header => Assert.Equal(header.Value, server.Requests[0].Headers[header.Key]));
    }

    [Fact]
    public async Task Without_a_key_only_this_machine_is_called()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Good;
        using var local = Client(server.Http1, options => options.Credential = null);
        await local.Completions.CreateAsync(Ask, cancellationToken: TestStop);
        Assert.False(server.Requests[0].Headers.ContainsKey("Authorization"));

        using var remote = Client(new Uri("https://api.example.test/v1"), options => options.Credential = null);
        var error = await Assert.ThrowsAsync<ApiConfigurationException>(() => remote.Completions.CreateAsync(Ask, cancellationToken: TestStop));
        Assert.True(error.IsMissingKey);
    }

    [Theory]
    [InlineData("https://evil.example.test/v1")]
    [InlineData("http:evil")]
    [InlineData("\\\\evil.example.test\\x")]
    public async Task A_path_cannot_lead_to_another_host(string path)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse("[DONE]");
        using var client = Client(server.Https);
        try
        {
            using var stream = await client.StreamAsync<JsonMap>(HttpMethod.Get, path, null, cancellationToken: TestStop);
            Assert.Single(server.Requests);
        }
        catch (ArgumentException error)
        {
            Assert.Contains("base address", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Options_changed_after_the_client_was_made_change_nothing()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Good;
        var options = new OpenAIClientOptions { BaseAddress = server.Http1, Organization = "before" };
        using var client = new OpenAIClient(options);
        options.Organization = "after";
        options.Headers["X-Late"] = "1";
        options.Credential = ApiCredential.FromKey(Key);

        await client.Completions.CreateAsync(Ask, cancellationToken: TestStop);

        Assert.Equal("before", server.Requests[0].Headers["OpenAI-Organization"]);
        Assert.DoesNotContain("X-Late", server.Requests[0].Headers.Keys);
        Assert.DoesNotContain("Authorization", server.Requests[0].Headers.Keys);
    }
}
