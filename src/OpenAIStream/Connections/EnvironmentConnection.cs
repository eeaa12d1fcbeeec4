namespace OpenAIStream;

/// <summary>The connection from the environment variables, for users without a connection.</summary>
internal static class EnvironmentConnection
{
    private static readonly string[] Variables =
    [
        "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_ORG_ID", "OPENAI_ORGANIZATION", "OPENAI_PROJECT_ID", "OPENAI_CUSTOM_HEADERS",
        "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT", "OPENAI_API_VERSION",
    ];

    private static Known? _known;

    /// <summary>One connection as long as the variables do not change, because it holds the open sockets.</summary>
    /// <exception cref="ApiConfigurationException">A variable has a value that cannot be sent.</exception>
    public static OpenAIConnection Get()
    {
        string?[] values = Array.ConvertAll(Variables, Environment.GetEnvironmentVariable);
        var known = _known;
        if (known is null || !known.Values.SequenceEqual(values))
        {
            var options = OpenAIClientOptions.FromEnvironment();
            _known = known = new Known(values, new OpenAIConnection("Environment", options, KeySourceOf(options)));
        }

        return known.Connection;
    }

    /// <summary>
    /// The options of the environment for the address in Connect-OpenAI: the key of the environment is not sent to any
    /// other server by default.
    /// </summary>
    /// <exception cref="ApiConfigurationException">The address cannot be used.</exception>
    public static OpenAIClientOptions OptionsFor(Uri? baseUri, Uri? azureEndpoint, string? apiVersion)
    {
        if (azureEndpoint is not null && baseUri is not null)
        {
            throw new ApiConfigurationException("-BaseUri and -AzureEndpoint both specify the address. Use one of them.");
        }

        Check(baseUri, "-BaseUri", "https://api.openai.com/v1");
        Check(azureEndpoint, "-AzureEndpoint", "https://name.openai.azure.com");
        var options = baseUri is not null ? OpenAIClientOptions.FromEnvironmentFor(baseUri)
            : azureEndpoint is not null ? OpenAIClientOptions.FromEnvironmentForAzure(azureEndpoint)
            : OpenAIClientOptions.FromEnvironment();
        options.ApiVersion = apiVersion ?? options.ApiVersion;
        return options;
    }

    private static void Check(Uri? address, string parameter, string example)
    {
        if (address is not null && (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https")))
        {
            throw new ApiConfigurationException($"{parameter} must be an http or https address, such as {example}.");
        }
    }

    /// <summary>The variable that the key in the environment came from.</summary>
    public static string KeySourceOf(OpenAIClientOptions options) =>
        options.Credential is null ? "none"
        : options.AzureEndpoint is null ? "OPENAI_API_KEY"
        : "AZURE_OPENAI_API_KEY";

    private sealed record Known(string?[] Values, OpenAIConnection Connection);
}
