using System.Net;
using System.Text;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

public class ProxyTests
{
    private static readonly Uri Remote = new("http://api.example.test/v1/");
    private static readonly Reply Good = Reply.Json(200, """{"choices":[{"index":0,"text":"ok","finish_reason":"stop"}]}""");

    [Fact]
    public async Task A_proxy_is_asked_in_the_server_s_place_and_given_its_credentials_when_it_wants_them()
    {
        await using var proxy = await LoopbackServer.StartAsync();
        proxy.Enqueue(new Reply().Status(407).Header("Proxy-Authenticate", "Basic realm=\"corp\"").ContentLength(0), Good);
        using var client = Client(Remote, options => options.Proxy = new WebProxy(proxy.Http1) { Credentials = new NetworkCredential("me", "secret") });

        await client.Completions.CreateAsync(Ask, cancellationToken: TestStop);

        var request = proxy.Requests[^1];
        Assert.Equal("api.example.test", request.Headers["Host"]);
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("me:secret")), request.Headers["Proxy-Authorization"]);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task The_user_in_a_proxy_s_address_is_in_no_exception_and_the_proxy_is_told_who_asks(string scheme)
    {
        await using var proxy = await LoopbackServer.StartAsync();
        proxy.Default = new Reply().Status(407).Header("Proxy-Authenticate", "Basic realm=\"corp\"").ContentLength(0);
        var address = new UriBuilder(proxy.Http1) { UserName = "me", Password = "my-password" }.Uri;
        using var client = Client(new Uri($"{scheme}://api.example.test/v1/"), options => options.Proxy = new WebProxy(address));

        var error = await Assert.ThrowsAnyAsync<ApiException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));

        Assert.DoesNotContain("my-password", error.ToString(), StringComparison.Ordinal); // inner exceptions, too
        Assert.DoesNotContain("me:", error.ToString(), StringComparison.Ordinal);
        if (scheme == "http")
        {
            Assert.Equal("Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("me:my-password")), proxy.Requests[^1].Headers["Proxy-Authorization"]);
        }
    }

    [Fact]
    public async Task A_proxy_that_refuses_us_is_a_status_like_another()
    {
        await using var proxy = await LoopbackServer.StartAsync();
        proxy.Default = new Reply().Status(407).Header("Proxy-Authenticate", "Basic realm=\"corp\"").ContentLength(0);
        using var client = Client(Remote, options => options.Proxy = new WebProxy(proxy.Http1));

        var error = await Assert.ThrowsAsync<ApiStatusException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));
        Assert.Equal(407, error.StatusCode);
    }

    [Theory]
    [InlineData("HTTPS_PROXY=http://p:1", "https://api.example.test/", "http://p:1/")]
    [InlineData("https_proxy=http://p:1", "https://api.example.test/", "http://p:1/")]
    [InlineData("HTTPS_PROXY=p:1", "https://api.example.test/", "http://p:1/")]
    [InlineData("HTTPS_PROXY=http://p:1", "http://api.example.test/", null)]
    [InlineData("HTTP_PROXY=http://p:1", "http://api.example.test/", "http://p:1/")]
    [InlineData("HTTP_PROXY=http://p:1", "https://api.example.test/", null)]
    [InlineData("ALL_PROXY=http://p:1", "https://api.example.test/", "http://p:1/")]
    [InlineData("ALL_PROXY=http://a:1 HTTPS_PROXY=http://p:1", "https://api.example.test/", "http://p:1/")]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=*", "https://api.example.test/", null)]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=other.test,example.test", "https://api.example.test/", null)]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=.example.test", "https://api.example.test/", null)]
    [InlineData("ALL_PROXY=http://p:1 no_proxy=api.example.test:8443", "https://api.example.test:8443/", null)]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=ample.test", "https://api.example.test/", "http://p:1/")]
    [InlineData("ALL_PROXY=http://p:1", "http://localhost:11434/", null)]
    [InlineData("ALL_PROXY=http://p:1", "http://127.0.0.1:11434/", null)]
    public void The_environment_names_the_proxy_and_its_exceptions(string environment, string destination, string? expected)
    {
        var variables = environment.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        var proxy = EnvironmentProxy.Read(name => variables.GetValueOrDefault(name))!;

        var address = new Uri(destination);
        Assert.Equal(expected, proxy.IsBypassed(address) ? null : proxy.GetProxy(address)?.ToString());
    }

    [Theory]
    [InlineData("http://me:secret@proxy.test:8080/", "http://api.example.test/v1", "http://proxy.test:8080/")]
    [InlineData("http://proxy.test:8080/", "https://api.example.test/v1", "http://proxy.test:8080/")]
    [InlineData("http://proxy.test:8080/", "http://direct.test/v1", null)]
    public void A_client_tells_its_proxy_and_keeps_the_credentials(string proxy, string address, string? expected)
    {
        using var client = Client(new Uri(address), options => options.Proxy = new WebProxy(new Uri(proxy)) { BypassList = ["direct\\.test"] });
        Assert.Equal(expected, client.ProxyAddress?.ToString());
    }

    [Fact]
    public void A_client_without_a_proxy_tells_none()
    {
        using var client = Client(new Uri("http://localhost:1/v1"));
        Assert.Null(client.ProxyAddress);
    }

    [Fact]
    public void Without_variables_the_system_s_settings_hold() => Assert.Null(EnvironmentProxy.Read(_ => null));

    [Fact]
    public void A_password_in_the_proxy_s_address_is_its_credential_and_in_no_message()
    {
        var proxy = EnvironmentProxy.Read(name => name == "HTTPS_PROXY" ? "http://me:p%40ss@p:1" : null)!;
        var credential = proxy.Credentials!.GetCredential(new Uri("http://p:1/"), "Basic");
        Assert.Equal(("me", "p@ss"), (credential?.UserName, credential?.Password));
        Assert.Null(proxy.Credentials.GetCredential(new Uri("http://other:1/"), "Basic"));

        var error = Assert.Throws<ApiConfigurationException>(() => EnvironmentProxy.Read(_ => "http://me:pass word@:x"));
        Assert.DoesNotContain("pass", error.Message, StringComparison.Ordinal);
    }

#if !NETSTANDARD_BUILD
    [Fact]
    public async Task HTTP_2_is_spoken_where_the_server_offers_it_and_1_1_elsewhere()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Good;
        using var tls = Client(server.Https);
        using var plain = Client(server.Http1);
        using var old = Client(server.Https, options => options.HttpVersion = HttpVersion.Version11);

        await tls.Completions.CreateAsync(Ask, cancellationToken: TestStop);
        await plain.Completions.CreateAsync(Ask, cancellationToken: TestStop);
        await old.Completions.CreateAsync(Ask, cancellationToken: TestStop);

        Assert.Equal(["HTTP/2", "HTTP/1.1", "HTTP/1.1"], server.Requests.Select(request => request.Protocol));
    }
#endif

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused_unless_asked_otherwise()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Good;
        using var careful = Client(server.Https, options => (options.SkipCertificateCheck, options.MaximumRetryCount) = (false, 0));

        var error = await Assert.ThrowsAsync<ApiConnectionException>(() => careful.Completions.CreateAsync(Ask, cancellationToken: TestStop));

        Assert.Contains("TLS", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }
}
