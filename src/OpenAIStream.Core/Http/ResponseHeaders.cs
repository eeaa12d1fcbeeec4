namespace OpenAIStream;

internal static class ResponseHeaders
{
    /// <summary>The request's id at the service, without what is secret in case that the service echoes it.</summary>
    public static string? RequestId(HttpResponseMessage response, Secrets secrets) =>
        secrets.HideInHeader(First(response, "x-request-id") ?? First(response, "apim-request-id"));

    /// <summary>All headers, without what is secret: what the service echoes of the request, and its cookies.</summary>
    public static IReadOnlyDictionary<string, string> All(HttpResponseMessage response, Secrets secrets)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in response.Headers.Concat(response.Content.Headers))
        {
            headers[header.Key] = SecretNames.IsHeader(header.Key) ? Secrets.Mask : secrets.HideInHeader(string.Join(", ", header.Value))!;
        }

        return headers;
    }

    private static string? First(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
