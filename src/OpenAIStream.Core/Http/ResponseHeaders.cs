namespace OpenAIStream;

internal static class ResponseHeaders
{
    public static string? RequestId(HttpResponseMessage response) =>
        First(response, "x-request-id") ?? First(response, "apim-request-id");

    public static IReadOnlyDictionary<string, string> All(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in response.Headers.Concat(response.Content.Headers))
        {
            headers[header.Key] = string.Join(", ", header.Value);
        }

        return headers;
    }

    private static string? First(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
