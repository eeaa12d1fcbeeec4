namespace OpenAIStream;

/// <summary>The unit to which a key may be sent: scheme, host and port. The only place that decides whether two addresses have the same origin.</summary>
internal static class Origin
{
    /// <summary>Whether both addresses have the same scheme, host and port; the default port of a scheme equals that port.</summary>
    public static bool IsSame(Uri one, Uri other) => Uri.Compare(
        one, other, UriComponents.Scheme | UriComponents.Host | UriComponents.StrongPort, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
