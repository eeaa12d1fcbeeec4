namespace OpenAIStream;

/// <summary>Rewrites messages of .NET's exceptions, which can quote what a server sent.</summary>
internal static class ExceptionMessages
{
    /// <summary>The exception with rewritten messages, including those of its inner exceptions; the same one if no message changes.</summary>
    public static Exception Rewrite(Exception exception, Func<string, string> rewrite) =>
        IsSame(exception, rewrite)
            ? exception
            : new IOException(
                rewrite($"{exception.GetType().FullName}: {exception.Message}"),
                exception.InnerException is { } inner ? Rewrite(inner, rewrite) : null);

    private static bool IsSame(Exception? exception, Func<string, string> rewrite) =>
        exception is null || (rewrite(exception.Message) == exception.Message && IsSame(exception.InnerException, rewrite));
}
