using System.Text;

namespace OpenAIStream;

/// <summary>
/// Which names say that their value is a secret: those that have a word for one as a whole segment. <c>x-api-key</c> and
/// <c>accessToken</c> do, <c>x-portkey-provider</c> and <c>max_tokens</c> do not, and their values stay as they are.
/// </summary>
internal static class SecretNames
{
    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "key", "apikey", "accesskey", "secretkey", "privatekey", "subscriptionkey", "functionskey", "token", "accesstoken", "authtoken", "secret", "clientsecret",
        "password", "passwd", "passphrase", "pwd", "auth", "authorization", "cookie", "credential", "credentials", "bearer", "jwt",
        "sig", "signature",
    };

    // They name what is repeated or counted, not who asks.
    private static readonly string[] Harmless = ["idempotency-key", "prompt-cache-key", "x-amz-content-sha256"];

    // In a body, key, code and token are data as often as not, so a word in front has to say what for.
    private static readonly HashSet<string> InBodies = new(StringComparer.Ordinal)
    {
        "apikey", "api-key", "x-api-key", "subscription-key", "access-key", "secret-key", "private-key", "authorization", "password", "secret", "client-secret",
        "access-token", "auth-token", "refresh-token", "bearer-token", "session-token", "api-token", "cookie",
    };

    /// <summary>Whether a header of this name carries a credential.</summary>
    public static bool IsHeader(string name)
    {
        string[] segments = Segments(name);
        return segments.Any(Words.Contains) && !name.StartsWith("x-ratelimit-", StringComparison.OrdinalIgnoreCase) && !Harmless.Contains(string.Join("-", segments));
    }

    /// <summary>Whether a parameter of an address carries one. An authorization code is one there, and nowhere else.</summary>
    public static bool IsParameter(string name) => name.Equals("code", StringComparison.OrdinalIgnoreCase) || IsHeader(name);

    /// <summary>Whether a parameter is shown without its value: whoever has what belongs to a signature can guess the rest.</summary>
    public static bool IsMasked(string name) => IsParameter(name) || name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a field of a request's body carries one.</summary>
    public static bool IsField(string name) => InBodies.Contains(string.Join("-", Segments(name)));

    /// <summary>The words of a name in lower case: between signs, and where a capital begins another.</summary>
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
