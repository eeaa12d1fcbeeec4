namespace OpenAIStream;

/// <summary>The certificate of the server is not accepted: it has another name, is outside its validity period, or is not trusted by this machine.</summary>
public sealed class ApiCertificateException(string message, Exception? innerException = null) : ApiConnectionException(message, innerException);
