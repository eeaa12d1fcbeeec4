using System.Runtime.ExceptionServices;

namespace OpenAIStream;

internal static class ExceptionRethrow
{
    /// <summary>Throws an exception with the stack that it has, if it was thrown before. Write <c>throw exception.Rethrow();</c>: it never returns.</summary>
    public static Exception Rethrow(this Exception exception)
    {
        ExceptionDispatchInfo.Capture(exception).Throw();
        return exception;
    }
}
