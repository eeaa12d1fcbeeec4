namespace OpenAIStream;

/// <summary>The settings of a service in environment variables: its address, and the credential. A key is used only for its own server.</summary>
internal static class EnvironmentOptions
{
    /// <exception cref="ApiConfigurationException">A variable has a value that cannot be sent.</exception>
    public static OpenAIClientOptions Read()
    {
        var options = new OpenAIClientOptions
        {
            Organization = Variable("OPENAI_ORG_ID") ?? Variable("OPENAI_ORGANIZATION"),
            Project = Variable("OPENAI_PROJECT_ID"),
            CaptureMessageContent = Variable("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT")?.ToUpperInvariant() is "TRUE" or "SPAN_ONLY" or "SPAN_AND_EVENT",
        };
        string? key = Variable("OPENAI_API_KEY");
        string addressVariable = Variable("OPENAI_BASE_URL") is null ? "OPENAI_API_BASE" : "OPENAI_BASE_URL";
        string? address = Variable(addressVariable);
        if (key is null && address is null && Variable("AZURE_OPENAI_ENDPOINT") is string endpoint)
        {
            options.AzureEndpoint = ToAddress(endpoint, "AZURE_OPENAI_ENDPOINT");
            options.ApiVersion = Variable("OPENAI_API_VERSION");
            key = Variable("AZURE_OPENAI_API_KEY");
        }

        if (key is not null)
        {
            options.Credential = ApiCredential.FromKey(key);
        }

        if (address is not null)
        {
            options.BaseAddress = ToAddress(address, addressVariable);
        }

        AddCustomHeaders(options, Variable("OPENAI_CUSTOM_HEADERS") ?? "");
        return options;
    }

    /// <summary>The same for another address: without what is for another server.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static OpenAIClientOptions ReadFor(Uri baseAddress)
    {
        var options = Read();
        OpenAIClientOptions.CheckAddress(baseAddress, nameof(baseAddress));
        if (options.AzureEndpoint is not null || !Origin.IsSame(options.BaseAddress, baseAddress))
        {
            ForgetKeys(options);
        }

        (options.BaseAddress, options.AzureEndpoint, options.ApiVersion) = (baseAddress, null, null);
        return options;
    }

    /// <summary>The same for a resource on Azure.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static OpenAIClientOptions ReadForAzure(Uri endpoint)
    {
        var options = Read();
        OpenAIClientOptions.CheckAddress(endpoint, nameof(endpoint));
        var known = Variable("AZURE_OPENAI_ENDPOINT") is string address ? ToAddress(address, "AZURE_OPENAI_ENDPOINT") : null;
        bool isKnown = known is not null && Origin.IsSame(known, endpoint);
        if (!isKnown)
        {
            ForgetKeys(options);
        }

        options.Credential = isKnown && Variable("AZURE_OPENAI_API_KEY") is string key ? ApiCredential.FromKey(key) : null;
        options.ApiVersion = isKnown ? Variable("OPENAI_API_VERSION") : null;
        options.AzureEndpoint = endpoint;
        return options;
    }

    /// <summary>Leaves out what the environment has for another server: its key, and headers that carry one.</summary>
    private static void ForgetKeys(OpenAIClientOptions options)
    {
        options.Credential = null;
        foreach (string name in options.Headers.Keys.Where(SecretNames.IsHeader).ToArray())
        {
            options.Headers.Remove(name);
        }
    }

    private static void AddCustomHeaders(OpenAIClientOptions options, string lines)
    {
        foreach (string line in lines.Split('\n'))
        {
            int colon = line.IndexOf(':');
            if (colon > 0)
            {
                options.Headers[line.Substring(0, colon).Trim()] = line.Substring(colon + 1).Trim();
            }
            else if (line.Trim().Length > 0)
            {
                throw new ApiConfigurationException("A line of OPENAI_CUSTOM_HEADERS does not have the form 'Name: value'.");
            }
        }
    }

    private static Uri ToAddress(string text, string name) =>
        OpenAIClientOptions.CheckAddress(Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : null, name);

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name)?.Trim() is { Length: > 0 } value ? value : null;
}
