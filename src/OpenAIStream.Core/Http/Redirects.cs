using System.Net;

namespace OpenAIStream;

/// <summary>Where a redirect leads. The new address determines which parts of the request are sent there.</summary>
internal static class Redirects
{
    /// <summary>The address to continue with; null if the response is not a redirect.</summary>
    /// <exception cref="ApiConnectionException">The redirect leads from https to http, or to a malformed address.</exception>
    public static Uri? Target(HttpResponseMessage response, Uri from, Secrets secrets)
    {
        if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not Uri location)
        {
            return null;
        }

        if (!Uri.TryCreate(from, location, out var target))
        {
            throw new ApiConnectionException("The server redirected to a malformed address.");
        }

        if (target.Scheme is not ("http" or "https"))
        {
            throw new ApiConnectionException($"The server redirected to an address that is neither http nor https ({secrets.Hide(target.Scheme)}).");
        }

        return from.Scheme == "https" && target.Scheme == "http"
            ? throw new ApiConnectionException($"The server redirected from https to http ({secrets.Hide(target.Host)}). Such redirects are not followed.")
            : target;
    }

    /// <summary>
    /// The method after a redirect. 301 and 302 allow changing a POST to a GET (RFC 9110, 15.4.2), as browsers do; here
    /// that would drop the prompt and request something else. Only 303 requires it.
    /// </summary>
    public static HttpMethod Method(HttpStatusCode status, HttpMethod method) =>
        status == HttpStatusCode.SeeOther ? HttpMethod.Get : method;
}
