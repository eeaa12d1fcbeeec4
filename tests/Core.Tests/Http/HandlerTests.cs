using System.Net;
using System.Net.Http.Headers;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

/// <summary>A message handler for a client that the caller provides.</summary>
public sealed class HandlerTests
{
    private static readonly Uri Elsewhere = new("https://api.example.test/v1/");

    [Fact]
    public async Task A_handler_answers_instead_of_the_network_and_needs_no_key()
    {
        using var client = new OpenAIClient(new() { BaseAddress = Elsewhere, Handler = new Answering() });
        var models = await client.Models.ListAsync(null, TestStop);
        Assert.Equal("https://api.example.test/v1/models", Assert.Single(models).Id);
    }

    [Fact]
    public async Task A_handler_gets_the_key_if_one_is_set()
    {
        var handler = new Answering();
        using var client = new OpenAIClient(new() { BaseAddress = Elsewhere, Handler = handler, Credential = ApiCredential.FromKey(Key) });
        await client.Models.ListAsync(null, TestStop);
        Assert.Equal(new AuthenticationHeaderValue("Bearer", Key), handler.Authorization);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_handler_chain_without_an_inner_handler_gets_the_network(int length)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Json(500, "{}"), Reply.Sse(Hello, Setup.Stop, "[DONE]"));
        var passed = new List<int>();
        DelegatingHandler chain = new Passing(length, passed);
        for (int i = length - 1; i > 0; i--)
        {
            chain = new Passing(i, passed) { InnerHandler = chain };
        }

        var clock = new RetryClock();
        using var client = Client(server.Http1, options => (options.Handler, options.TimeProvider) = (chain, clock));
        await using var stream = await client.Completions.CreateStreamingAsync(Ask, clock.Skipping(), TestStop);
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal("Hello", stream.Current.Text);
        Assert.Equal(Enumerable.Range(1, length).Concat(Enumerable.Range(1, length)), passed); // a retry passes again
    }

    public static TheoryData<HttpMessageHandler> Networks =>
        [new Passing(1, []), new HttpClientHandler { AllowAutoRedirect = false }, new SocketsHttpHandler { AllowAutoRedirect = false }];

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Networks))]
    public async Task A_handler_that_ends_in_the_network_needs_a_key(HttpMessageHandler handler)
    {
        using var client = new OpenAIClient(new() { BaseAddress = Elsewhere, Handler = handler });
        var error = await Assert.ThrowsAsync<ApiConfigurationException>(() => client.Models.ListAsync(null, TestStop));
        Assert.True(error.IsMissingKey);
    }

    [Fact]
    public async Task The_caller_s_own_network_handler_is_used_unchanged()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello, Setup.Stop, "[DONE]");
        using var client = Client(server.Http1, options => options.Handler = new HttpClientHandler { AllowAutoRedirect = false });
        await using var stream = await client.Completions.CreateStreamingAsync(Ask, cancellationToken: TestStop);
        Assert.True(await stream.MoveNextAsync());
    }

    [Fact]
    public void A_network_handler_that_follows_redirects_is_refused_because_it_could_carry_the_key_away()
    {
        using var handler = new HttpClientHandler();
        var error = Assert.Throws<ApiConfigurationException>(() => new OpenAIClient(new() { Handler = new Passing(1, []) { InnerHandler = handler } }));
        Assert.Contains("AllowAutoRedirect", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_disposes_of_its_handler()
    {
        var handler = new Answering();
        new OpenAIClient(new() { Handler = handler }).Dispose();
        Assert.True(handler.IsDisposed);
    }

    private sealed class Answering : HttpMessageHandler
    {
        public AuthenticationHeaderValue? Authorization { get; private set; }

        public bool IsDisposed { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Authorization = request.Headers.Authorization;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent($$"""{"data":[{"id":"{{request.RequestUri}}"}]}""", null, "application/json"),
            });
        }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }

    private sealed class Passing(int number, List<int> passed) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            passed.Add(number);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
