using System.Diagnostics.CodeAnalysis;

namespace OpenAIStream;

internal static class Guard
{
    public static void NotNull([NotNull] object? value, string name)
    {
        if (value is null)
        {
            throw new ArgumentNullException(name);
        }
    }
}
