namespace OpenAIStream;

/// <summary>Parameters that cannot be combined.</summary>
/// <param name="IsThere">Whether they were specified together.</param>
/// <param name="Message">Why they cannot be combined, and what to do.</param>
/// <param name="Target">The value that the error is about, if there is one.</param>
internal sealed record Contradiction(bool IsThere, string Message, object? Target = null)
{
    /// <summary>The padding of chunks, without a stream.</summary>
    public static Contradiction Obfuscation(bool? isIncluded, bool isStream) => new(
        isIncluded is not null && !isStream, "The key IncludeObfuscation of -Options applies to chunks, and only -Stream returns chunks. Add -Stream.");
}
