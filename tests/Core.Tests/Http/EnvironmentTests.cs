using Xunit;

namespace OpenAIStream.Tests.Http;

/// <summary>The only tests that write environment variables; tests in one class run one after another.</summary>
public class EnvironmentTests : IDisposable
{
    private static readonly string[] Names =
    [
        "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_ORG_ID", "OPENAI_ORGANIZATION", "OPENAI_PROJECT_ID", "OPENAI_CUSTOM_HEADERS",
        "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT", "OPENAI_API_VERSION",
    ];

    private readonly Dictionary<string, string?> _before = Names.ToDictionary(name => name, Environment.GetEnvironmentVariable);

    public EnvironmentTests()
    {
        foreach (string name in Names)
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    public void Dispose()
    {
        foreach (var variable in _before)
        {
            Environment.SetEnvironmentVariable(variable.Key, variable.Value);
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Without_variables_the_service_is_OpenAI_and_there_is_no_key()
    {
        var options = OpenAIClientOptions.FromEnvironment();
        Assert.Equal("https://api.openai.com/v1/", options.BaseAddress.ToString());
        Assert.Null(options.Credential);
        Assert.Null(options.Organization);
        Assert.Null(options.Project);
        Assert.Empty(options.Headers);
    }

    [Fact]
    public async Task Each_variable_sets_its_option()
    {
        Environment.SetEnvironmentVariable("OPENAI_API_KEY", " sk-from-environment \r\n");
        Environment.SetEnvironmentVariable("OPENAI_BASE_URL", "http://127.0.0.1:1234/v1");
        Environment.SetEnvironmentVariable("OPENAI_ORG_ID", "org");
        Environment.SetEnvironmentVariable("OPENAI_PROJECT_ID", "proj");
        Environment.SetEnvironmentVariable("OPENAI_CUSTOM_HEADERS", "X-One: 1\r\n\nX-Two:a: b \nX-Empty:");

        var options = OpenAIClientOptions.FromEnvironment();

        Assert.Equal("sk-from-environment", await options.Credential!.GetAsync(Setup.TestStop));
        Assert.Equal("http://127.0.0.1:1234/v1", options.BaseAddress.ToString());
        Assert.Equal(("org", "proj"), (options.Organization, options.Project));
        Assert.Equal(["X-Empty=", "X-One=1", "X-Two=a: b"], options.Headers.Select(header => $"{header.Key}={header.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_older_names_apply_if_the_newer_ones_are_not_set()
    {
        Environment.SetEnvironmentVariable("OPENAI_API_BASE", "http://127.0.0.1:1/");
        Environment.SetEnvironmentVariable("OPENAI_ORGANIZATION", "old");
        Assert.Equal(("http://127.0.0.1:1/", "old"), (OpenAIClientOptions.FromEnvironment().BaseAddress.ToString(), OpenAIClientOptions.FromEnvironment().Organization));
        Environment.SetEnvironmentVariable("OPENAI_BASE_URL", "http://127.0.0.1:2/");
        Environment.SetEnvironmentVariable("OPENAI_ORG_ID", "new");
        Assert.Equal(("http://127.0.0.1:2/", "new"), (OpenAIClientOptions.FromEnvironment().BaseAddress.ToString(), OpenAIClientOptions.FromEnvironment().Organization));
    }

    [Fact]
    public async Task Azure_is_used_if_only_its_variables_are_set()
    {
        Environment.SetEnvironmentVariable("AZURE_OPENAI_API_KEY", "az-key");
        Assert.Null(OpenAIClientOptions.FromEnvironment().Credential);
        Environment.SetEnvironmentVariable("AZURE_OPENAI_ENDPOINT", "https://x.openai.azure.com");
        Environment.SetEnvironmentVariable("OPENAI_API_VERSION", "2024-10-21");

        var options = OpenAIClientOptions.FromEnvironment();
        Assert.Equal("https://x.openai.azure.com/openai/", options.BaseAddress.ToString());
        Assert.Equal("2024-10-21", options.ApiVersion);
        Assert.Equal("az-key", await options.Credential!.GetAsync(Setup.TestStop));

        foreach (string name in new[] { "OPENAI_API_KEY", "OPENAI_BASE_URL" })
        {
            Environment.SetEnvironmentVariable(name, "https://other.example.test/");
            Assert.Null(OpenAIClientOptions.FromEnvironment().AzureEndpoint);
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    [Theory]
    [InlineData("OPENAI_BASE_URL")]
    [InlineData("OPENAI_API_BASE")]
    public void The_error_for_a_bad_address_names_its_environment_variable(string name)
    {
        Environment.SetEnvironmentVariable(name, "not an address");
        Assert.StartsWith(name, Assert.Throws<ApiConfigurationException>(OpenAIClientOptions.FromEnvironment).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "https://api.openai.com/v2/", true)]
    [InlineData(null, "https://API.openai.com:443", true)]
    [InlineData(null, "http://api.openai.com/v1/", false)]
    [InlineData(null, "https://api.openai.com:8443/v1/", false)]
    [InlineData(null, "https://example.test/v1/", false)]
    [InlineData("http://gateway.test:8080/v1", "http://gateway.test:8080/other", true)]
    [InlineData("http://gateway.test:8080/v1", "http://gateway.test/v1", false)]
    [InlineData("http://gateway.test:8080/v1", "https://gateway.test:8080/v1", false)]
    [InlineData("http://gateway.test:8080/v1", "https://api.openai.com/v1/", false)]
    public void A_key_is_sent_only_to_its_origin(string? variable, string address, bool isKept)
    {
        Environment.SetEnvironmentVariable("OPENAI_API_KEY", "sk-from-environment");
        Environment.SetEnvironmentVariable("OPENAI_BASE_URL", variable);
        var options = OpenAIClientOptions.FromEnvironmentFor(new Uri(address));
        Assert.Equal(isKept, options.Credential is not null);
        Assert.Equal(new Uri(address), options.BaseAddress);
    }

    [Theory]
    [InlineData(null, "https://x.openai.azure.com", false, false)]
    [InlineData("https://x.openai.azure.com/", "https://X.openai.azure.com:443/openai", true, true)]
    [InlineData("https://x.openai.azure.com", "https://x.openai.azure.com:8443", false, false)]
    [InlineData("https://x.openai.azure.com", "http://x.openai.azure.com", false, false)]
    [InlineData("https://x.openai.azure.com", "https://y.openai.azure.com", false, false)]
    public void A_key_for_Azure_is_sent_only_to_its_resource(string? variable, string endpoint, bool isKept, bool hasVersion)
    {
        Environment.SetEnvironmentVariable("AZURE_OPENAI_API_KEY", "az-key");
        Environment.SetEnvironmentVariable("AZURE_OPENAI_ENDPOINT", variable);
        Environment.SetEnvironmentVariable("OPENAI_API_VERSION", "2024-10-21");
        Environment.SetEnvironmentVariable("OPENAI_API_KEY", "sk-of-another-service");
        var options = OpenAIClientOptions.FromEnvironmentForAzure(new Uri(endpoint));
        Assert.Equal((isKept, hasVersion), (options.Credential is not null, options.ApiVersion is not null));
        Assert.Equal(new Uri(endpoint), options.AzureEndpoint);
    }

    [Fact]
    public void Headers_from_the_environment_with_a_key_go_to_no_other_address()
    {
        Environment.SetEnvironmentVariable("OPENAI_CUSTOM_HEADERS", "X-Api-Key: of-the-environment\nX-Team: blue");
        Assert.Equal(["X-Team"], OpenAIClientOptions.FromEnvironmentFor(new Uri("https://elsewhere.example/v1")).Headers.Keys);
        Assert.Equal(["X-Team"], OpenAIClientOptions.FromEnvironmentForAzure(new Uri("https://x.openai.azure.com")).Headers.Keys);
        Assert.Equal(2, OpenAIClientOptions.FromEnvironmentFor(new Uri("https://api.openai.com/other")).Headers.Count);
    }

    [Fact]
    public void A_key_for_Azure_is_not_sent_to_another_address()
    {
        Environment.SetEnvironmentVariable("AZURE_OPENAI_API_KEY", "az-key");
        Environment.SetEnvironmentVariable("AZURE_OPENAI_ENDPOINT", "https://x.openai.azure.com");
        var options = OpenAIClientOptions.FromEnvironmentFor(new Uri("https://x.openai.azure.com/v1"));
        Assert.Null(options.Credential);
        Assert.Null(options.AzureEndpoint);
    }

    [Theory]
    [InlineData("AZURE_OPENAI_ENDPOINT", "cret://x")]
    [InlineData("OPENAI_API_KEY", "sk-se cret")]
    [InlineData("OPENAI_BASE_URL", "cret://x")]
    [InlineData("OPENAI_BASE_URL", "not an address cret")]
    [InlineData("OPENAI_ORG_ID", "org\ncret")]
    [InlineData("OPENAI_PROJECT_ID", "cret\u0001x")]
    [InlineData("OPENAI_CUSTOM_HEADERS", "no colon cret")]
    [InlineData("OPENAI_CUSTOM_HEADERS", "Bad Name: cret")]
    [InlineData("OPENAI_CUSTOM_HEADERS", "X-A: cret\u0007")]
    public void An_invalid_environment_variable_is_refused_without_showing_it(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        var error = Assert.Throws<ApiConfigurationException>(OpenAIClientOptions.FromEnvironment);
        Assert.DoesNotContain("cret", error.Message, StringComparison.Ordinal);
    }
}
