namespace OpenAIStream;

/// <summary>External text as it is quoted in a message.</summary>
internal static class Excerpt
{
    /// <summary>The words of the text on one line, at most <paramref name="longest"/> characters.</summary>
    public static string OneLine(string text, int longest)
    {
        string line = string.Join(" ", text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= longest ? line : line.Substring(0, longest) + "...";
    }
}
