using System.Collections.Concurrent;

namespace OpenAIStream;

/// <summary>
/// The connections of this process, by name. All runspaces share them, so that <c>ForEach-Object -Parallel</c> finds them too.
/// </summary>
internal static class Connections
{
    public const string DefaultName = "Default";

    private static readonly string[] Variables =
    [
        "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_ORG_ID", "OPENAI_ORGANIZATION", "OPENAI_PROJECT_ID", "OPENAI_CUSTOM_HEADERS",
        "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT", "OPENAI_API_VERSION",
    ];

    private static readonly ConcurrentDictionary<string, OpenAIConnection> Named = new(StringComparer.OrdinalIgnoreCase);
    private static EnvironmentConnection? _fromEnvironment;

    public static IEnumerable<OpenAIConnection> All => Named.Values.OrderBy(static connection => connection.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The default connection; without one, what the environment says now.</summary>
    /// <exception cref="ApiConfigurationException">A variable holds what cannot be sent.</exception>
    public static OpenAIConnection Default => Find(DefaultName) ?? FromEnvironment();

    public static OpenAIConnection? Find(string name) => Named.TryGetValue(name, out var connection) ? connection : null;

    public static void Set(OpenAIConnection connection)
    {
        OpenAIConnection? replaced = null;
        Named.AddOrUpdate(connection.Name, connection, (_, before) =>
        {
            replaced = before;
            return connection;
        });
        replaced?.Client.Dispose();
    }

    public static bool Remove(string name)
    {
        if (!Named.TryRemove(name, out var connection))
        {
            return false;
        }

        connection.Client.Dispose();
        return true;
    }

    /// <summary>Which variable the key of options from the environment came from.</summary>
    public static string KeySourceOf(OpenAIClientOptions options) =>
        options.Credential is null ? "none"
        : options.AzureEndpoint is null ? "OPENAI_API_KEY"
        : "AZURE_OPENAI_API_KEY";

    private static OpenAIConnection FromEnvironment()
    {
        // One client as long as the variables stay as they are: it holds the open connections.
        string?[] values = Array.ConvertAll(Variables, Environment.GetEnvironmentVariable);
        var known = _fromEnvironment;
        if (known is null || !known.Values.SequenceEqual(values))
        {
            var options = OpenAIClientOptions.FromEnvironment();
            _fromEnvironment = known = new EnvironmentConnection(values, new OpenAIConnection("Environment", options, KeySourceOf(options), null));
        }

        return known.Connection;
    }

    private sealed record EnvironmentConnection(string?[] Values, OpenAIConnection Connection);
}
