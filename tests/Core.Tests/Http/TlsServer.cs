using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OpenAIStream.Tests.Http;

/// <summary>A server with a certificate that the test chooses, which uses HTTP/1.1 with clients that accept it.</summary>
internal sealed class TlsServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly SslStreamCertificateContext _certificate;
    private int _connections;

    public TlsServer(X509Certificate2 certificate, X509Certificate2? issuer = null)
    {
        _certificate = SslStreamCertificateContext.Create(certificate, issuer is null ? null : [issuer], offline: true);
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>The server by its address; any other name needs a proxy that leads to it.</summary>
    public Uri Address => new($"https://{_listener.LocalEndpoint}/v1/");

    public int Connections => Volatile.Read(ref _connections);

    public void Dispose() => _listener.Dispose();

    /// <summary>A self-signed certificate, or one that an issuer signed.</summary>
    public static X509Certificate2 Certificate(string name, TimeSpan age, TimeSpan left, X509Certificate2? issuer = null, bool isAuthority = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        var (from, to) = (DateTimeOffset.UtcNow - age, DateTimeOffset.UtcNow + left);
        using var made = issuer is null ? request.CreateSelfSigned(from, to) : request.Create(issuer, from, to, [1, 2, 3, 4]);
        using var whole = made.HasPrivateKey ? null : made.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12((whole ?? made).Export(X509ContentType.Pkcs12), null);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        Interlocked.Increment(ref _connections);
        using (client)
        {
            try
            {
                using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = _certificate });
                await tls.ReadExactlyAsync(new byte[16]);
                await tls.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray());
            }
            catch (Exception exception) when (exception is IOException or SocketException or AuthenticationException or ObjectDisposedException)
            {
                // The client refused the certificate.
            }
        }
    }
}
