namespace OpenAIStream;

/// <summary>Text of others, as a message quotes it.</summary>
internal static class Excerpt
{
    /// <summary>The text's words on one line, and no more of them than <paramref name="longest"/> characters.</summary>
    public static string OneLine(string text, int longest)
    {
        string line = string.Join(" ", text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= longest ? line : line.Substring(0, longest) + "...";
    }
}
