namespace OpenAIStream;

/// <summary>What may go into a header. The messages never hold the value: it may be a secret.</summary>
internal static class HeaderRules
{
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
                    "The API key holds a space, a line break or a character outside ASCII, which no key has. Was more than the key copied?");
            }
        }

        return key;
    }

    /// <exception cref="ApiConfigurationException">The header cannot be sent.</exception>
    public static void Check(string name, string value)
    {
        if (name.Length == 0 || name.Any(static c => c is <= ' ' or > '~' or ':'))
        {
            throw new ApiConfigurationException("A custom header has a name that is empty, or holds a space, a colon or a control character.");
        }

        if (value.Any(static c => c is (< ' ' and not '\t') or '\x7f'))
        {
            throw new ApiConfigurationException($"The value of the header '{name}' holds a line break or another control character.");
        }
    }
}
