using System.Net.Http.Headers;

namespace OpenAIStream;

internal static class ResponseHeaders
{
    /// <summary>The request's id at the service, without what is secret in case that the service echoes it.</summary>
    public static string? RequestId(HttpResponseMessage response, Secrets secrets) =>
        secrets.Hide(First(response, "x-request-id") ?? First(response, "apim-request-id"));

    public static IReadOnlyDictionary<string, string> All(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        Add(response.Headers, headers);
        Add(response.Content.Headers, headers);
        return headers;
    }

    private static void Add(HttpHeaders from, Dictionary<string, string> to)
    {
        foreach (var header in from)
        {
            to[header.Key] = string.Join(", ", header.Value);
        }
    }

    private static string? First(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
