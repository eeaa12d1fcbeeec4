using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>Where the secret is in a value.</summary>
internal static class SecretValue
{
    private static readonly char[] Ends = [';', ',', ' '];

    // In Digest or a signature: the proof of identity, under names that do not say so.
    private static readonly string[] Proofs = ["response", "cnonce"];

    /// <summary>
    /// The secrets in the value of a header that carries a credential: what follows the scheme, as in Bearer and all
    /// others; the password in Basic; the values of pairs, as in cookies, Digest and AWS4-HMAC-SHA256.
    /// </summary>
    public static IEnumerable<string> Of(string value)
    {
        int space = value.IndexOf(' ');
        bool hasScheme = space > 0 && value.IndexOf('=', 0, space) < 0 && value.IndexOf(';', 0, space) < 0;
        string scheme = hasScheme ? value.Substring(0, space) : "";
        string rest = hasScheme ? value.Substring(space + 1).Trim() : value;
        yield return rest;
        if (scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) && Decoded(rest) is string pair)
        {
            yield return pair;
            yield return pair.Split([':'], 2).Last();
        }

        foreach (string part in rest.Split(Ends, StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=');
            string name = equals > 0 ? part.Substring(0, equals) : "";
            bool isProof = scheme.Length == 0 || SecretNames.IsHeader(name) || Proofs.Contains(name, StringComparer.OrdinalIgnoreCase);
            if (name.Length > 0 && isProof)
            {
                yield return part.Substring(equals + 1).Trim('"');
            }
        }
    }

    /// <summary>The secrets in the JSON of a request: fields with secret names, and headers for another service.</summary>
    public static List<string> In(byte[] json)
    {
        var found = new List<string>();
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonModelReader.MaxDepth });
            string name = "";
            int headers = int.MaxValue; // the depth of the headers object that contains it
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        name = reader.GetString()!;
                        break;
                    case JsonTokenType.StartObject:
                        headers = headers == int.MaxValue && name.Equals("headers", StringComparison.OrdinalIgnoreCase) ? reader.CurrentDepth : headers;
                        break;
                    case JsonTokenType.EndObject:
                        headers = reader.CurrentDepth == headers ? int.MaxValue : headers;
                        break;
                    case JsonTokenType.String when SecretNames.IsField(name) || (headers < reader.CurrentDepth && SecretNames.IsHeader(name)):
                        found.Add(reader.GetString()!);
                        found.AddRange(Of(reader.GetString()!));
                        break;
                }

                name = reader.TokenType == JsonTokenType.PropertyName ? name : "";
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // not JSON, or a text with half a character: the service will report it
        }

        return found;
    }

    private static string? Decoded(string base64)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
