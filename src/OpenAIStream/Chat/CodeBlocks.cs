namespace OpenAIStream;

/// <summary>The fenced blocks of code in an answer.</summary>
internal static class CodeBlocks
{
    private const int ShortestFence = 3;

    /// <summary>The code of each block, without its fences and its indentation.</summary>
    public static IReadOnlyList<string> Of(string text)
    {
        var blocks = new List<string>();
        List<string>? block = null;
        var (fence, length, indent) = ('\0', 0, 0);
        foreach (string line in text.Replace("\r\n", "\n").Split('\n'))
        {
            string start = line.TrimStart(' ', '\t');
            int run = start.Length > 0 && start[0] is '`' or '~' ? start.TakeWhile(character => character == start[0]).Count() : 0;
            if (block is null)
            {
                if (run >= ShortestFence && !(start[0] == '`' && start.IndexOf('`', run) >= 0))
                {
                    block = [];
                    (fence, length, indent) = (start[0], run, line.Length - start.Length);
                }
            }
            else if (run >= length && start[0] == fence && start.Trim().Length == run)
            {
                blocks.Add(string.Join("\n", block));
                block = null;
            }
            else
            {
                block.Add(line.Substring(Math.Min(indent, line.Length - start.Length)));
            }
        }

        if (block is not null)
        {
            blocks.Add(string.Join("\n", block)); // the answer was cut off
        }

        return blocks;
    }
}
