namespace OpenAIStream;

/// <summary>Parameters that exclude each other.</summary>
/// <param name="IsThere">Whether they were given together.</param>
/// <param name="Message">Why they exclude each other, and what to do.</param>
/// <param name="Target">The value that the error is about, if it is about one.</param>
internal sealed record Contradiction(bool IsThere, string Message, object? Target = null)
{
    /// <summary>The padding of chunks, where there are none.</summary>
    public static Contradiction Obfuscation(bool? isIncluded, bool isStream) => new(
        isIncluded is not null && !isStream, "The key IncludeObfuscation of -Options applies to chunks, and only -Stream returns chunks. Add -Stream.");
}
