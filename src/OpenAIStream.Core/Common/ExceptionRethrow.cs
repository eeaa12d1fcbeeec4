using System.Runtime.ExceptionServices;

namespace OpenAIStream;

internal static class ExceptionRethrow
{
    /// <summary>Throws an exception and keeps its stack trace if it was thrown before. Write <c>throw exception.Rethrow();</c>: it never returns.</summary>
    public static Exception Rethrow(this Exception exception)
    {
        ExceptionDispatchInfo.Capture(exception).Throw();
        return exception;
    }
}
