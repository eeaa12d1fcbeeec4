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
    public async Task A_proxy_gets_the_request_and_its_credentials_on_demand()
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
    public async Task The_user_in_a_proxy_s_address_is_in_no_exception_and_the_proxy_gets_it(string scheme)
    {
        await using var proxy = await LoopbackServer.StartAsync();
        proxy.Default = new Reply().Status(407).Header("Proxy-Authenticate", "Basic realm=\"corp\"").ContentLength(0);
        var address = new UriBuilder(proxy.Http1) { UserName = "me", Password = "my-password" }.Uri;
        using var client = Client(new Uri($"{scheme}://api.example.test/v1/"), options => options.Proxy = new WebProxy(address));

        var error = await Assert.ThrowsAnyAsync<ApiException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));

        Assert.DoesNotContain("my-password", error.ToString(), StringComparison.Ordinal); // including inner exceptions
        Assert.DoesNotContain("me:", error.ToString(), StringComparison.Ordinal);
        if (scheme == "http")
        {
            Assert.Equal("Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("me:my-password")), proxy.Requests[^1].Headers["Proxy-Authorization"]);
        }
    }

    [Fact]
    public async Task A_407_from_the_service_itself_is_an_ordinary_status_and_is_not_retried()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Status(407).Header("x-should-retry", "true").ContentLength(0);
        using var client = Client(server.Http1);

        var error = await Assert.ThrowsAsync<ApiStatusException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));
        Assert.Equal(407, error.StatusCode);
        Assert.Single(server.Requests);
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
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=other.test|api.example.test", "https://api.example.test/", null)]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=,||other.test,|.example.test|", "https://api.example.test/", null)]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=api.example.test:443", "https://api.example.test/", null)]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=api.example.test:80", "https://api.example.test/", "http://p:1/")]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=10.0.0.0/8", "https://10.1.2.3/", null)]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=10.0.0.0/8", "https://11.1.2.3/", "http://p:1/")]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=192.168.4.0/22", "https://192.168.7.255/", null)]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=192.168.4.0/22", "https://192.168.8.0/", "http://p:1/")]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=0.0.0.0/0", "https://10.1.2.3/", null)]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=10.0.0.0/99", "https://10.1.2.3/", "http://p:1/")]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=10.0.0.0/x", "https://10.0.0.0/", "http://p:1/")]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=10.0.0.0/8", "https://10.example.test/", "http://p:1/")]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=10.1.2.3", "https://10.1.2.3/", null)]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=fd00::/8", "https://[fd12::1]/", null)]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=fd00::/8", "https://[fe80::1]/", "http://p:1/")]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=[fd12::1]", "https://[fd12::1]/", null)]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=.", "https://api.example.test/", "http://p:1/")]
    [InlineData("HTTPS_PROXY=http://p:1 https_proxy=", "https://api.example.test/", null)]
    [InlineData("ALL_PROXY=http://p:1 https_proxy=", "https://api.example.test/", null)]
    [InlineData("ALL_PROXY=http://p:1 https_proxy=", "http://api.example.test/", "http://p:1/")]
    [InlineData("ALL_PROXY=http://p:1 all_proxy=", "https://api.example.test/", null)]
    [InlineData("HTTPS_PROXY=http://p:1 https_proxy=http://q:1", "https://api.example.test/", "http://q:1/")]
    [InlineData("ALL_PROXY=http://p:1 NO_PROXY=* no_proxy=", "https://api.example.test/", "http://p:1/")]
    [InlineData("ALL_PROXY=socks5h://p:1", "https://api.example.test/", "socks5://p:1/")]
    [InlineData("ALL_PROXY=socks5://p", "https://api.example.test/", "socks5://p:1080/")]
    [InlineData("ALL_PROXY=http://p:1", "http://localhost:11434/", null)]
    [InlineData("ALL_PROXY=http://p:1", "http://127.0.0.1:11434/", null)]
    public void The_environment_sets_the_proxy_and_its_exceptions(string environment, string destination, string? expected)
    {
        var variables = environment.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1].Replace('|', ' '));
        var proxy = EnvironmentProxy.Read(name => variables.GetValueOrDefault(name))!;

        var address = new Uri(destination);
        Assert.Equal(expected, proxy.IsBypassed(address) ? null : proxy.GetProxy(address)?.ToString());
    }

    [Theory]
    [InlineData("http://me:secret@proxy.test:8080/", "http://api.example.test/v1", "http://proxy.test:8080/")]
    [InlineData("http://proxy.test:8080/", "https://api.example.test/v1", "http://proxy.test:8080/")]
    [InlineData("http://proxy.test:8080/", "http://direct.test/v1", null)]
    public void A_client_shows_its_proxy_without_the_credentials(string proxy, string address, string? expected)
    {
        using var client = Client(new Uri(address), options => options.Proxy = new WebProxy(new Uri(proxy)) { BypassList = ["direct\\.test"] });
        Assert.Equal(expected, client.ProxyAddress?.ToString());
    }

    [Fact]
    public void A_client_without_a_proxy_shows_none()
    {
        using var client = Client(new Uri("http://localhost:1/v1"));
        Assert.Null(client.ProxyAddress);
    }

    [Fact]
    public void Given_credentials_apply_to_the_environment_s_proxy()
    {
        var given = new NetworkCredential("you", "another");
        var proxy = new UsedProxy(EnvironmentProxy.Read(name => name == "HTTPS_PROXY" ? "http://me:password@p:1" : null)!, given);
        proxy.GetProxy(new Uri("https://api.example.test/"));
        Assert.Same(given, proxy.Credentials!.GetCredential(new Uri("http://p:1/"), "Basic"));
    }

    [Fact]
    public void Without_variables_the_system_s_settings_apply() => Assert.Null(EnvironmentProxy.Read(_ => null));

    [Fact]
    public void A_password_in_the_proxy_s_address_is_used_as_a_credential_and_appears_in_no_message()
    {
        var proxy = new UsedProxy(EnvironmentProxy.Read(name => name == "HTTPS_PROXY" ? "http://me:p%40ss@p:1" : null)!, null);
        Assert.Equal("http://p:1/", proxy.GetProxy(new Uri("https://api.example.test/"))!.ToString());
        var credential = proxy.Credentials!.GetCredential(new Uri("http://p:1/"), "Basic");
        Assert.Equal(("me", "p@ss"), (credential?.UserName, credential?.Password));
        Assert.Null(proxy.Credentials.GetCredential(new Uri("http://other:1/"), "Basic"));

        var error = Assert.Throws<ApiConfigurationException>(() => EnvironmentProxy.Read(_ => "http://me:pass word@:x"));
        Assert.DoesNotContain("pass", error.Message, StringComparison.Ordinal);
    }

#if !NETSTANDARD_BUILD
    [Fact]
    public async Task HTTP_2_is_used_if_the_server_offers_it_and_1_1_otherwise()
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
    public async Task An_untrusted_certificate_is_refused_unless_the_check_is_skipped()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Good;
        using var careful = Client(server.Https, options => (options.SkipCertificateCheck, options.MaximumRetryCount) = (false, 0));

        await Assert.ThrowsAsync<ApiCertificateException>(() => careful.Completions.CreateAsync(Ask, cancellationToken: TestStop));

        Assert.Empty(server.Requests);
    }
}
