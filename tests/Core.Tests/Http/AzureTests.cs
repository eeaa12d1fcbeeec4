using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

public class AzureTests
{
    private const string Resource = "https://x.openai.azure.com";

    [Theory]
    [InlineData(Resource, null, "chat/completions", "gpt", "/openai/v1/chat/completions")]
    [InlineData(Resource + "/", null, "models", null, "/openai/v1/models")]
    [InlineData(Resource, "preview", "responses", "gpt", "/openai/v1/responses?api-version=preview")]
    [InlineData(Resource, "v1", "chat/completions", "gpt", "/openai/v1/chat/completions?api-version=v1")]
    [InlineData(Resource, "2024-10-21", "chat/completions", "gpt-4o", "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21")]
    [InlineData(Resource, "2024-10-21", "completions", "gpt", "/openai/deployments/gpt/completions?api-version=2024-10-21")]
    [InlineData(Resource, "2024-10-21", "audio/speech", "tts", "/openai/deployments/tts/audio/speech?api-version=2024-10-21")]
    [InlineData(Resource, "2024-10-21", "images/generations", "i", "/openai/deployments/i/images/generations?api-version=2024-10-21")]
    [InlineData(Resource, "2024-10-21", "responses", "gpt", "/openai/responses?api-version=2024-10-21")]
    [InlineData(Resource, "2024-10-21", "responses/r1?stream=true", null, "/openai/responses/r1?stream=true&api-version=2024-10-21")]
    [InlineData(Resource, "2024-10-21", "models", null, "/openai/models?api-version=2024-10-21")]
    [InlineData(Resource, "2024-10-21", "chat/completions", "a/b c?d#e%", "/openai/deployments/a%2Fb%20c%3Fd%23e%25/chat/completions?api-version=2024-10-21")]
    [InlineData(Resource, "2024-10-21&x=1", "models", null, "/openai/models?api-version=2024-10-21%26x%3D1")]
    [InlineData(Resource + "/openai/v1/", null, "models", null, "/openai/v1/models")]
    [InlineData(Resource + "/openai/", "2024-10-21", "models", null, "/openai/models?api-version=2024-10-21")]
    [InlineData("https://gateway.example.test/team", "2024-10-21", "models", null, "/team/openai/models?api-version=2024-10-21")]
    public void An_Azure_resource_is_addressed_by_its_API_version(string endpoint, string? version, string path, string? model, string expected)
    {
        var options = new OpenAIClientOptions { AzureEndpoint = new Uri(endpoint), ApiVersion = version };
        var request = new ApiRequest(HttpMethod.Post, path, null, false, null) { Model = model };
        Assert.Equal(expected, new RequestBuilder(options.Snapshot()).Address(request).PathAndQuery);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void An_address_with_a_deployment_needs_one(string? model)
    {
        var options = new OpenAIClientOptions { AzureEndpoint = new Uri(Resource), ApiVersion = "2024-10-21" };
        var request = new ApiRequest(HttpMethod.Post, "chat/completions", null, false, null) { Model = model };
        var error = Assert.Throws<ApiConfigurationException>(() => new RequestBuilder(options.Snapshot()).Address(request));
        Assert.Contains("deployment", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_without_a_resource_is_refused() =>
        Assert.Throws<ApiConfigurationException>(() => new OpenAIClient(new OpenAIClientOptions { ApiVersion = "2024-10-21" }));

    [Theory]
    [InlineData(null, "/openai/v1/completions")]
    [InlineData("2024-10-21", "/openai/deployments/d/completions?api-version=2024-10-21")]
    public async Task Azure_gets_a_key_in_its_own_header_and_a_token_in_Authorization(string? version, string path)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(200, """{"choices":[]}""");
        foreach (var credential in new[] { ApiCredential.FromKey(Key), ApiCredential.FromTokens(_ => Task.FromResult("token-1")) })
        {
            using var client = Client(server.Http1, options => (options.AzureEndpoint, options.ApiVersion, options.Credential) = (server.Http1, version, credential));
            await client.Completions.CreateAsync(new CompletionRequest { Prompt = "hi", Model = "d" }, cancellationToken: TestStop);
        }

        var (withKey, withToken) = (server.Requests[0], server.Requests[1]);
        Assert.Equal((path, path), (withKey.Path, withToken.Path));
        Assert.Equal(Key, withKey.Headers["api-key"]);
        Assert.DoesNotContain("Authorization", withKey.Headers.Keys);
        Assert.Equal("Bearer token-1", withToken.Headers["Authorization"]);
        Assert.DoesNotContain("api-key", withToken.Headers.Keys);
    }

    [Fact]
    public async Task A_redirect_to_another_host_is_followed_without_the_key()
    {
        await using var server = await LoopbackServer.StartAsync();
        await using var other = await LoopbackServer.StartAsync();
        server.Default = new Reply().Status(307).Header("Location", new Uri(other.Http1, "x").ToString()).ContentLength(0);
        other.Default = Reply.Json(200, """{"choices":[]}""");
        using var client = Client(server.Http1, options => options.AzureEndpoint = server.Http1);

        await client.Completions.CreateAsync(Ask, cancellationToken: TestStop);

        Assert.Equal(Key, server.Requests[0].Headers["api-key"]);
        Assert.DoesNotContain("api-key", other.Requests[0].Headers.Keys);
        Assert.DoesNotContain("Authorization", other.Requests[0].Headers.Keys);
    }

    [Fact]
    public async Task A_key_that_the_service_echoes_is_masked()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Json(401, "{\"error\":{\"message\":\"Wrong: " + Key + "\"}}");
        using var client = Client(server.Http1, options => options.AzureEndpoint = server.Http1);
        var error = await Assert.ThrowsAsync<ApiAuthenticationException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));
        Assert.EndsWith("Wrong: ***", error.Message, StringComparison.Ordinal);
    }
}
