using System.Net;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

/// <summary>The error for a failed TLS handshake names the server and the cause: name, time, trust, version.</summary>
public class CertificateTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Theory]
    [InlineData("self-signed", "127.0.0.1", -10, 10, "this machine does not trust the self-signed certificate 'CN=127.0.0.1'")]
    [InlineData("wrong name", "other.example.test", -10, 10, "other.example.test', not for 127.0.0.1")]
    [InlineData("expired", "127.0.0.1", -10, -2, "'CN=127.0.0.1' expired on ")]
    [InlineData("not yet valid", "127.0.0.1", 2, 10, "'CN=127.0.0.1' is not valid before ")]
    public async Task The_error_says_what_is_wrong_with_a_certificate(string fault, string name, int from, int to, string expected)
    {
        using var certificate = TlsServer.Certificate(name, -from * Day, to * Day, isAuthority: true);
        using var server = new TlsServer(certificate);
        var error = await FailAsync(server);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"The certificate of 127.0.0.1:{server.Address.Port} is not accepted: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("SkipCertificateCheck", error.Message, StringComparison.Ordinal);
        Assert.Equal(fault == "wrong name", error.Message.Contains("not for", StringComparison.Ordinal));
        Assert.Equal(1, server.Connections); // not retried
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_issuer_that_is_not_trusted_is_named(bool isSent)
    {
        using var root = TlsServer.Certificate("Some Root", Day, 10 * Day, isAuthority: true);
        using var certificate = TlsServer.Certificate("127.0.0.1", Day, 5 * Day, root);
        using var server = new TlsServer(certificate, isSent ? root : null);
        var error = await FailAsync(server);
        Assert.Contains("'CN=Some Root'", error.Message, StringComparison.Ordinal);
        Assert.Contains("this machine does not", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not for", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Behind_a_proxy_the_error_names_the_service_s_certificate()
    {
        using var certificate = TlsServer.Certificate("other.example.test", Day, Day, isAuthority: true);
        using var server = new TlsServer(certificate);
        using var proxy = new TestProxy(server.Address);
        using var client = Client(new Uri("https://api.example.test/v1/"), options =>
        {
            options.SkipCertificateCheck = false;
            options.Proxy = new WebProxy($"127.0.0.1:{proxy.Port}");
        });
        var error = await Assert.ThrowsAsync<ApiCertificateException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));
        Assert.StartsWith("The certificate of api.example.test:443 is not accepted: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(["api.example.test:443"], proxy.Asked);
    }

    [Fact]
    public async Task A_certificate_that_is_skipped_is_accepted_whatever_is_wrong_with_it()
    {
        using var certificate = TlsServer.Certificate("other.example.test", 10 * Day, -1 * Day);
        using var server = new TlsServer(certificate);
        using var client = Client(server.Address, options => options.MaximumRetryCount = 0); // which skips the check
        await Assert.ThrowsAsync<ResponseFormatException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop)); // 204, after TLS
    }

    /// <summary>A server that refuses our versions of TLS with an alert, protocol_version.</summary>
    [Fact]
    public async Task An_unsupported_version_of_TLS_is_reported_by_the_innermost_reason()
    {
        using var server = new HostileTls([0x15, 3, 1, 0, 2, 2, 70]);
        using var client = Client(server.Address, options => options.MaximumRetryCount = 0);
        var error = await Assert.ThrowsAsync<ApiConnectionException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));
        Assert.StartsWith($"The TLS handshake with 127.0.0.1:{server.Address.Port} failed: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("inner exception", error.Message, StringComparison.Ordinal);
        Assert.Contains(error.GetBaseException().Message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_https_address_for_a_server_without_TLS_says_that_TLS_failed()
    {
        using var server = new HostileTls("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        using var client = Client(server.Address, options => options.MaximumRetryCount = 0);
        var error = await Assert.ThrowsAsync<ApiConnectionException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));
        Assert.Contains("TLS", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("inner exception", error.Message, StringComparison.Ordinal);
    }

#if !NETSTANDARD_BUILD
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_does_not_speak_HTTP_2_is_reported_as_such(bool overTls)
    {
        await using var plain = await Loopback.LoopbackServer.StartAsync();
        using var certificate = TlsServer.Certificate("127.0.0.1", Day, Day);
        using var tls = new TlsServer(certificate);
        using var client = Client(overTls ? tls.Address : plain.Http1, options => (options.HttpVersion, options.MaximumRetryCount) = (Http2, 0));
        var error = await Assert.ThrowsAsync<ApiConnectionException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));
        Assert.Contains("Check whether the server supports HTTP/2", error.Message, StringComparison.Ordinal);
        Assert.Contains(error.GetBaseException().Message, error.Message, StringComparison.Ordinal);
    }
#endif

    private static async Task<ApiCertificateException> FailAsync(TlsServer server)
    {
        using var client = Client(server.Address, options => (options.SkipCertificateCheck, options.MaximumRetryCount) = (false, 3));
        return await Assert.ThrowsAsync<ApiCertificateException>(() => client.Completions.CreateAsync(Ask, cancellationToken: TestStop));
    }
}
