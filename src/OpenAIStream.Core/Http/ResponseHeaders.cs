using System.Net.Http.Headers;

namespace OpenAIStream;

internal static class ResponseHeaders
{
    /// <summary>The id of the request at the service, without secrets in case the service echoes them.</summary>
    public static string? RequestId(HttpResponseMessage response, Secrets secrets) =>
        secrets.HideInHeader(First(response, "x-request-id") ?? First(response, "apim-request-id"));

    /// <summary>All headers, without secrets: what the service echoes of the request, and its cookies.</summary>
    public static IReadOnlyDictionary<string, string> All(HttpResponseMessage response, Secrets secrets)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        Add(headers, response.Headers, secrets);
        Add(headers, response.Content.Headers, secrets);
        return headers;
    }

    // Startup: no LINQ over pairs (docs/startup.md).
    private static void Add(Dictionary<string, string> all, HttpHeaders headers, Secrets secrets)
    {
        foreach (var header in headers)
        {
            all[header.Key] = SecretNames.IsHeader(header.Key) ? Secrets.Mask : secrets.HideInHeader(string.Join(", ", header.Value))!;
        }
    }

    private static string? First(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
