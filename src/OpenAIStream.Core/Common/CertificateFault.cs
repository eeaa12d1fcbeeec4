using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace OpenAIStream;

/// <summary>What is wrong with the certificate of a server, thrown to end the handshake.</summary>
/// <param name="message">What is wrong, as the end of a sentence.</param>
/// <param name="host">The host that presented the certificate; null if unknown.</param>
internal sealed class CertificateFault(string message, string? host) : AuthenticationException(message)
{
    /// <summary>The property of the request that contains it if it cannot be thrown.</summary>
    public const string Property = "OpenAIStream.CertificateFault";

    private const int LongestName = 200;
    private const int MostNames = 3;
    private const string AlternativeNames = "2.5.29.17";

    public string? Host { get; } = host;

    /// <summary>What is wrong with a certificate; null if nothing is.</summary>
    public static CertificateFault? Of(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string? host)
    {
        if (errors == SslPolicyErrors.None)
        {
            return null;
        }

        if (certificate is null || (errors & SslPolicyErrors.RemoteCertificateNotAvailable) != 0)
        {
            return new CertificateFault("the server did not send one", host);
        }

        var faults = new List<string>();
        if ((errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0)
        {
            faults.Add($"it is for {Names(certificate)}, not for {host ?? "this host"}");
        }

        faults.AddRange((chain?.ChainElements.Cast<X509ChainElement>() ?? []).SelectMany(FaultsOf));
        return new CertificateFault(faults.Count > 0 ? string.Join("; ", faults.Distinct()) : "its certificate chain cannot be checked", host);
    }

    private static IEnumerable<string> FaultsOf(X509ChainElement element)
    {
        var certificate = element.Certificate;
        foreach (var status in element.ChainElementStatus)
        {
            switch (status.Status)
            {
                case X509ChainStatusFlags.NoError:
                    break;
                case X509ChainStatusFlags.NotTimeValid:
                    yield return certificate.NotAfter < DateTime.Now
                        ? $"'{Name(certificate.Subject)}' expired on {Date(certificate.NotAfter)}"
                        : $"'{Name(certificate.Subject)}' is not valid before {Date(certificate.NotBefore)}";
                    break;
                case X509ChainStatusFlags.UntrustedRoot when certificate.Subject == certificate.Issuer:
                    yield return $"this machine does not trust the self-signed certificate '{Name(certificate.Subject)}'";
                    break;
                case X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain:
                    yield return $"this machine does not know its issuer '{Name(certificate.Issuer)}'";
                    break;
                case X509ChainStatusFlags.Revoked:
                    yield return $"'{Name(certificate.Subject)}' was revoked";
                    break;
                default:
                    yield return $"'{Name(certificate.Subject)}': {Excerpt.OneLine(status.StatusInformation, LongestName)} ({status.Status})";
                    break;
            }
        }
    }

    private static string Names(X509Certificate certificate)
    {
        string all = certificate is X509Certificate2 { Extensions: var extensions } && extensions[AlternativeNames] is X509Extension names
            ? names.Format(false)
            : certificate.Subject;
        string[] shown = all.Split([", "], StringSplitOptions.RemoveEmptyEntries);
        return $"'{Name(string.Join(", ", shown.Take(MostNames)))}'{(shown.Length > MostNames ? " and others" : "")}";
    }

    private static string Name(string name) => Excerpt.OneLine(name, LongestName);

    private static string Date(DateTime date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
