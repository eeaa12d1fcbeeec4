namespace OpenAIStream;

/// <summary>
/// Addresses of a resource on Azure OpenAI. Its newer form is the service's own behind <c>/openai/v1/</c>; the older, for API
/// versions that are dates, has the deployment that is asked in the path.
/// </summary>
/// <remarks>https://learn.microsoft.com/azure/ai-services/openai/reference</remarks>
internal sealed class AzureAddress
{
    // What is asked of a deployment; everything else (models, responses, threads, files) is asked of the resource.
    private static readonly string[] OfDeployment =
    [
        "completions", "chat/completions", "embeddings", "audio/speech", "audio/transcriptions", "audio/translations",
        "images/generations", "images/edits",
    ];

    private readonly bool _hasDeployments;

    /// <param name="endpoint">The resource, such as https://name.openai.azure.com; what portals append to it is taken too.</param>
    /// <param name="apiVersion">A date for the older form; null, <c>v1</c> or <c>preview</c> for the newer.</param>
    public AzureAddress(Uri endpoint, string? apiVersion)
    {
        _hasDeployments = apiVersion is { Length: > 0 } && char.IsDigit(apiVersion[0]);
        string path = WithoutEnd(WithoutEnd(endpoint.AbsolutePath.TrimEnd('/'), "/v1"), "/openai");
        Base = new UriBuilder(endpoint) { Path = path + (_hasDeployments ? "/openai/" : "/openai/v1/"), Query = "" }.Uri;
        Query = string.IsNullOrEmpty(apiVersion) ? "" : "api-version=" + Uri.EscapeDataString(apiVersion);
    }

    /// <summary>Whether it is the older form.</summary>
    public bool HasDeployments => _hasDeployments;

    /// <summary>What paths are put behind.</summary>
    public Uri Base { get; }

    /// <summary>What every address has after its question mark.</summary>
    public string Query { get; }

    /// <param name="path">Which path is asked.</param>
    /// <param name="model">The deployment that the request names.</param>
    /// <exception cref="ApiConfigurationException">The path needs a deployment, and the request names none.</exception>
    public string Path(string path, string? model)
    {
        if (!_hasDeployments || !OfDeployment.Contains(path, StringComparer.OrdinalIgnoreCase))
        {
            return path;
        }

        return string.IsNullOrWhiteSpace(model)
            ? throw new ApiConfigurationException(
                "The request specifies no model. If the API version is a date, Azure needs the name of the deployment in the address: specify it as the model.")
            : $"deployments/{PathSegment.Escape(model!, "the name of a deployment")}/{path}";
    }

    private static string WithoutEnd(string path, string end) =>
        path.EndsWith(end, StringComparison.OrdinalIgnoreCase) ? path.Substring(0, path.Length - end.Length) : path;
}
