namespace OpenAIStream;

/// <summary>
/// The addresses of an Azure OpenAI resource. The newer form is the service's own under <c>/openai/v1/</c>; the older form,
/// for API versions that are dates, has the deployment in the path.
/// </summary>
/// <remarks>https://learn.microsoft.com/azure/ai-services/openai/reference</remarks>
internal sealed class AzureAddress
{
    // The paths of a deployment; everything else (models, responses, threads, files) belongs to the resource.
    private static readonly string[] OfDeployment =
    [
        "completions", "chat/completions", "embeddings", "audio/speech", "audio/transcriptions", "audio/translations",
        "images/generations", "images/edits",
    ];

    private readonly bool _hasDeployments;

    /// <param name="endpoint">The resource, such as https://name.openai.azure.com, also with the suffixes that portals append.</param>
    /// <param name="apiVersion">A date for the older form; null, <c>v1</c> or <c>preview</c> for the newer form.</param>
    public AzureAddress(Uri endpoint, string? apiVersion)
    {
        _hasDeployments = apiVersion is { Length: > 0 } && char.IsDigit(apiVersion[0]);
        string path = WithoutEnd(WithoutEnd(endpoint.AbsolutePath.TrimEnd('/'), "/v1"), "/openai");
        Base = new UriBuilder(endpoint) { Path = path + (_hasDeployments ? "/openai/" : "/openai/v1/"), Query = "" }.Uri;
        Query = string.IsNullOrEmpty(apiVersion) ? "" : "api-version=" + Uri.EscapeDataString(apiVersion);
    }

    /// <summary>Whether it is the older form.</summary>
    public bool HasDeployments => _hasDeployments;

    /// <summary>The address that paths are relative to.</summary>
    public Uri Base { get; }

    /// <summary>The query of every address.</summary>
    public string Query { get; }

    /// <param name="path">The path.</param>
    /// <param name="model">The deployment that the request specifies.</param>
    /// <exception cref="ApiConfigurationException">The path needs a deployment, and the request does not specify one.</exception>
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
