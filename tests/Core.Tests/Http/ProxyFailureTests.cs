using System.Net;
using System.Net.Sockets;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

/// <summary>A proxy's failure is distinguished from the service's, and its password is sent to nobody else and appears in no message.</summary>
public class ProxyFailureTests
{
    private const string Password = "pass-word-1";
    private const string Refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"corp\"\r\nx-should-retry: true\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    private static readonly Reply Good = Reply.Json(200, """{"choices":[{"index":0,"text":"ok","finish_reason":"stop"}]}""");

    [Theory]
    [InlineData("http", false)]
    [InlineData("https", false)]
    [InlineData("http", true)]
    [InlineData("https", true)]
    public async Task A_refused_password_is_sent_once_and_the_error_names_the_proxy(string scheme, bool hasPassword)
    {
        using var proxy = new HostileServer(Refusal);
        var error = await FailAsync(scheme, proxy.Address, options =>
        {
            options.MaximumRetryCount = 3;
            options.ProxyCredentials = hasPassword ? new NetworkCredential("me", Password) : null;
        });

        Assert.Equal(407, error.StatusCode);
        Assert.Equal(proxy.Address.Port, error.Proxy!.Port);
        Assert.Contains($"127.0.0.1:{proxy.Address.Port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("ProxyCredentials", error.Message, StringComparison.Ordinal);
        Assert.Contains(hasPassword ? "refused the user name or password" : "requires a user name and password", error.Message, StringComparison.Ordinal);
        Assert.InRange(proxy.Requests, 1, 2); // without and with the password
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task An_unreachable_proxy_is_blamed_instead_of_the_service(string scheme)
    {
        var error = await FailAsync(scheme, FreeAddress());
        Assert.Contains("The proxy http://127.0.0.1:", error.Message, StringComparison.Ordinal);
        Assert.Contains("could not be reached", error.Message, StringComparison.Ordinal);
        Assert.Null(error.StatusCode);
    }

    [Theory]
    [InlineData("http", "")]
    [InlineData("https", "")]
    [InlineData("https", "HTTP/1.1 2")]
    [InlineData("https", "SSH-2.0-OpenSSH\r\n")]
    public async Task A_proxy_that_hangs_up_is_blamed(string scheme, string answer)
    {
        using var proxy = new HostileServer(answer);
        var error = await FailAsync(scheme, proxy.Address);
        Assert.Contains($"The proxy http://127.0.0.1:{proxy.Address.Port} returned no response from api.example.test", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, 1)]
    [InlineData(404, 1)]
    [InlineData(502, 3)]
    [InlineData(503, 3)]
    public async Task A_refused_tunnel_reports_its_status_and_a_forbidden_one_is_not_retried(int status, int requests)
    {
        using var proxy = new HostileServer($"HTTP/1.1 {status} x\r\nContent-Length: 0\r\n\r\n");
        var clock = new RetryClock();
        using var client = Client(new Uri("https://api.example.test/v1/"), options =>
        {
            options.Proxy = new WebProxy(proxy.Address);
            options.TimeProvider = clock;
        });
        var error = await Assert.ThrowsAsync<ApiProxyException>(() => client.Completions.CreateAsync(Ask, clock.Skipping(), TestStop));
        Assert.Equal(status, error.StatusCode);
        Assert.Contains($"refused to connect to api.example.test:443 ({status})", error.Message, StringComparison.Ordinal);
        Assert.Equal(requests, proxy.Requests);
    }

    [Theory]
    [InlineData("http", Refusal)]
    [InlineData("https", Refusal)]
    [InlineData("https", "HTTP/1.1 403 x\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("http", "")]
    [InlineData("https", "")]
    [InlineData("http", null)]
    [InlineData("https", null)]
    public async Task User_name_and_password_in_an_address_are_used_and_in_no_exception(string scheme, string? answer)
    {
        using var proxy = answer is null ? null : new HostileServer(answer);
        var address = new UriBuilder(proxy?.Address ?? FreeAddress()) { UserName = "user-name-1", Password = Password }.Uri;
        var error = await FailAsync(scheme, address);
        Assert.DoesNotContain(Password, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("user-name-1", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Password, error.Proxy!.ToString(), StringComparison.Ordinal);
        Assert.Equal(answer == Refusal, error.Message.Contains("refused the user name", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_proxy_that_cannot_be_connected_to_in_time_is_named()
    {
        using var proxy = new FullServer();
        using var client = Client(new Uri("http://api.example.test/v1/"), options =>
        {
            options.Proxy = new WebProxy(proxy.Address);
            options.MaximumRetryCount = 0;
            options.ConnectionTimeout = TimeSpan.FromMilliseconds(200);
        });
        var error = await Assert.ThrowsAsync<ApiTimeoutException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));
        Assert.Contains($"through the proxy http://127.0.0.1:{proxy.Address.Port} could not be opened within 0.2 s", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("socks5", null)]
    [InlineData("socks5h", null)]
    [InlineData("socks5h", Password)]
    public async Task A_SOCKS_proxy_resolves_the_host_name(string scheme, string? password)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Good;
        using var proxy = new TestProxy(server.Http1, password);
        using var client = Client(new Uri("http://api.example.test:1234/v1/"), options =>
        {
            options.Proxy = new WebProxy(new Uri($"{scheme}://127.0.0.1:{proxy.Port}"));
            options.ProxyCredentials = password is null ? null : new NetworkCredential("me", password);
        });

        await client.Completions.CreateAsync(Ask, cancellationToken: TestStop);

        Assert.Equal(["name api.example.test:1234"], proxy.Asked);
        Assert.Equal($"socks5://127.0.0.1:{proxy.Port}/", client.ProxyAddress!.ToString());
    }

    [Fact]
    public async Task A_password_that_a_SOCKS_proxy_refuses_is_sent_once()
    {
        using var proxy = new TestProxy(new Uri("http://127.0.0.1:1"), Password);
        var error = await FailAsync("http", new Uri($"socks5h://127.0.0.1:{proxy.Port}"), options =>
        {
            options.MaximumRetryCount = 3;
            options.ProxyCredentials = new NetworkCredential("me", "another");
        });
        Assert.Equal(["refused"], proxy.Asked);
        Assert.Contains($"The proxy socks5://127.0.0.1:{proxy.Port}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://p:1")]
    [InlineData("file:///p")]
    [InlineData("socks6://p:1")]
    [InlineData("ws://p:1")]
    public void An_unsupported_kind_of_proxy_is_refused_at_once(string address)
    {
        var error = Assert.Throws<ApiConfigurationException>(() => Client(new Uri("https://api.example.test/v1/"), options => options.Proxy = new WebProxy(new Uri(address))));
        Assert.Contains("socks5h", error.Message, StringComparison.Ordinal);
        var named = Assert.Throws<ApiConfigurationException>(() => EnvironmentProxy.Read(name => name == "HTTPS_PROXY" ? address : null));
        Assert.StartsWith("HTTPS_PROXY", named.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_redirect_names_its_target()
    {
        using var server = new HostileServer($"HTTP/1.1 307 x\r\nLocation: {FreeAddress()}\r\nContent-Length: 0\r\n\r\n");
        using var client = Client(server.Address, options => options.MaximumRetryCount = 0);
        var error = await Assert.ThrowsAsync<ApiConnectionException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));
        Assert.DoesNotContain($":{server.Address.Port}", error.Message, StringComparison.Ordinal);
    }

    private static async Task<ApiProxyException> FailAsync(string scheme, Uri proxy, Action<OpenAIClientOptions>? set = null)
    {
        using var client = Client(new Uri($"{scheme}://api.example.test/v1/"), options =>
        {
            options.Proxy = new WebProxy(proxy);
            options.MaximumRetryCount = 0;
            set?.Invoke(options);
        });
        return await Assert.ThrowsAsync<ApiProxyException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));
    }

    /// <summary>An address where nothing listens.</summary>
    private static Uri FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://{listener.LocalEndpoint}/");
    }
}
