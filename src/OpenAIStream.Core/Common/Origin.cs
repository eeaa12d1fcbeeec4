namespace OpenAIStream;

/// <summary>What a key may be shown to: a scheme, a host and a port. The one place that says when two addresses share them.</summary>
internal static class Origin
{
    /// <summary>Whether both addresses have the same scheme, host and port; a scheme's default port counts as that port.</summary>
    public static bool IsSame(Uri one, Uri other) => Uri.Compare(
        one, other, UriComponents.Scheme | UriComponents.Host | UriComponents.StrongPort, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
