namespace OpenAIStream;

/// <summary>A name that becomes a part of an address's path: an id, a model.</summary>
internal static class PathSegment
{
    /// <summary>Whether it stays one part of the path: nothing, <c>.</c> and <c>..</c> make another path of it, and no escaping helps.</summary>
    public static bool CanBe(string name) => name is not ("" or "." or "..");

    /// <summary>The name escaped.</summary>
    /// <param name="name">The name.</param>
    /// <param name="what">What it names, for the error.</param>
    /// <exception cref="ApiConfigurationException">It would lead to another path.</exception>
    public static string Escape(string name, string what) => CanBe(name)
        ? Uri.EscapeDataString(name)
        : throw new ApiConfigurationException($"'{name}' cannot be {what}: it would change the address of the request.");
}
