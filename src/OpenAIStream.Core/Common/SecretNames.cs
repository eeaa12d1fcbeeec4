using System.Text;

namespace OpenAIStream;

/// <summary>
/// Decides which names belong to secrets: those with a word for a secret as a whole segment. <c>x-api-key</c> and
/// <c>accessToken</c> are secret, <c>x-portkey-provider</c> and <c>max_tokens</c> are not, and their values are not
/// changed.
/// </summary>
internal static class SecretNames
{
    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "key", "apikey", "accesskey", "secretkey", "privatekey", "subscriptionkey", "functionskey", "token", "accesstoken", "authtoken", "secret", "clientsecret",
        "password", "passwd", "passphrase", "pwd", "auth", "authorization", "cookie", "credential", "credentials", "bearer", "jwt",
        "sig", "signature",
    };

    // They identify requests or counts, not callers.
    private static readonly string[] Harmless = ["idempotency-key", "prompt-cache-key", "x-amz-content-sha256"];

    // In a body, key, code and token are often data, so another word must say what they are for.
    private static readonly HashSet<string> InBodies = new(StringComparer.Ordinal)
    {
        "apikey", "api-key", "x-api-key", "subscription-key", "access-key", "secret-key", "private-key", "authorization", "password", "secret", "client-secret",
        "access-token", "auth-token", "refresh-token", "bearer-token", "session-token", "api-token", "cookie",
    };

    /// <summary>Whether a header with this name carries a credential.</summary>
    public static bool IsHeader(string name)
    {
        string[] segments = Segments(name);
        return segments.Any(Words.Contains) && !name.StartsWith("x-ratelimit-", StringComparison.OrdinalIgnoreCase) && !Harmless.Contains(string.Join("-", segments));
    }

    /// <summary>Whether a query parameter with this name carries a credential. An authorization code is a credential only there.</summary>
    public static bool IsParameter(string name) => name.Equals("code", StringComparison.OrdinalIgnoreCase) || IsHeader(name);

    /// <summary>Whether a parameter is shown without its value: parts of a signature could help to guess the rest.</summary>
    public static bool IsMasked(string name) => IsParameter(name) || name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a field of a request body carries a credential.</summary>
    public static bool IsField(string name) => InBodies.Contains(string.Join("-", Segments(name)));

    /// <summary>The words of a name in lower case, split at punctuation and before capital letters.</summary>
    private static string[] Segments(string name)
    {
        var words = new StringBuilder(name.Length + 8);
        for (int i = 0; i < name.Length; i++)
        {
            char c = name[i];
            if (!char.IsLetterOrDigit(c))
            {
                words.Append(' ');
                continue;
            }

            bool begins = i > 0 && char.IsUpper(c) && (char.IsLower(name[i - 1]) || (char.IsUpper(name[i - 1]) && i + 1 < name.Length && char.IsLower(name[i + 1])));
            words.Append(begins ? " " : "").Append(char.ToLowerInvariant(c));
        }

        return words.ToString().Split([' '], StringSplitOptions.RemoveEmptyEntries);
    }
}
