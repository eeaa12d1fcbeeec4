namespace OpenAIStream;

/// <summary>A name that becomes part of a path: an id, a model.</summary>
internal static class PathSegment
{
    /// <summary>Whether it remains one segment of the path: an empty name, <c>.</c> and <c>..</c> change the path, even if they are escaped.</summary>
    public static bool CanBe(string name) => name is not ("" or "." or "..");

    /// <summary>The name escaped.</summary>
    /// <param name="name">The name.</param>
    /// <param name="what">What it is, for the error message.</param>
    /// <exception cref="ApiConfigurationException">It would lead to another path.</exception>
    public static string Escape(string name, string what) => CanBe(name)
        ? Uri.EscapeDataString(name)
        : throw new ApiConfigurationException($"'{name}' cannot be {what}: it would change the address of the request.") { IsBadName = true };
}
