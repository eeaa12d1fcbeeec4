using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace OpenAIStream.Loopback;

/// <summary>The key that a client opens a WebSocket with (RFC 6455, 1.3).</summary>
public static class SocketKey
{
    /// <summary>A server's answer to it.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "The standard requires it; it is not used for security.")]
    public static string Accept(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
}
