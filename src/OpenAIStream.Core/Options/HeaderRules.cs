namespace OpenAIStream;

/// <summary>What a header can contain. The messages never contain the value, because it may be a secret.</summary>
internal static class HeaderRules
{
    // RFC 9110, section 5.6.2: a field name is a token.
    private const string TokenMarks = "!#$%&'*+-.^_`|~";

    private static readonly string[] OfTheClientItself = ["Content-Length", "Transfer-Encoding"];

    /// <exception cref="ApiConfigurationException">The key cannot be sent.</exception>
    public static string CheckKey(string? key)
    {
        if (string.IsNullOrEmpty(key))
        {
            throw new ApiConfigurationException("The API key is empty.") { IsMissingKey = true };
        }

        foreach (char c in key!)
        {
            if (c is <= ' ' or > '~')
            {
                throw new ApiConfigurationException(
                    "The API key contains a space, a line break or a non-ASCII character, which is not allowed. Check that only the key was copied.");
            }
        }

        return key;
    }

    /// <exception cref="ApiConfigurationException">The header cannot be sent.</exception>
    public static void Check(string name, string value)
    {
        if (!IsToken(name))
        {
            throw new ApiConfigurationException(
                "The name of a custom header is empty or contains a character that is not allowed, such as a space, a colon or a control character.");
        }

        if (OfTheClientItself.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            throw new ApiConfigurationException($"The client sets the header '{name}' itself, so it cannot be a custom header.");
        }

        if (value.Any(static c => c is (< ' ' and not '\t') or > '~'))
        {
            throw new ApiConfigurationException(
                $"The value of the header '{name}' contains a line break, another control character or a non-ASCII character.");
        }
    }

    /// <summary>Whether a text can be the name of a header.</summary>
    public static bool IsToken(string name) => name.Length > 0 && name.All(IsTokenCharacter);

    private static bool IsTokenCharacter(char c) =>
        c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') || TokenMarks.Contains(c);
}
