namespace OpenAIStream;

/// <summary>The server's certificate is not accepted: it is for another name, at another time, or nobody whom this machine trusts vouches for it.</summary>
public sealed class ApiCertificateException(string message, Exception? innerException = null) : ApiConnectionException(message, innerException);
