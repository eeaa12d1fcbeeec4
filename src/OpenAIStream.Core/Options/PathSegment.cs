namespace OpenAIStream;

/// <summary>A name that becomes part of a path: an id, a model.</summary>
internal static class PathSegment
{
    /// <summary>Whether it remains one segment of the path: an empty name, <c>.</c> and <c>..</c> change the path, even if they are escaped.</summary>
    public static bool CanBe(string name) => name is not ("" or ".") && !LeadsUp(name);

    /// <summary>Whether a path has <c>..</c> as a segment for a server that unescapes it, also more than once, such as <c>a%2f..%2fb</c>.</summary>
    public static bool LeadsUp(string path)
    {
        for (string escaped = ""; escaped != path; path = Uri.UnescapeDataString(path))
        {
            escaped = path;
        }

        return path.Split('/', '\\').Contains("..");
    }

    /// <summary>The name escaped.</summary>
    /// <param name="name">The name.</param>
    /// <param name="what">What it is, for the error message.</param>
    /// <exception cref="ApiConfigurationException">It would lead to another path.</exception>
    public static string Escape(string name, string what) => CanBe(name)
        ? Uri.EscapeDataString(name)
        : throw new ApiConfigurationException($"'{name}' cannot be {what}: it would change the address of the request.") { IsBadName = true };
}
