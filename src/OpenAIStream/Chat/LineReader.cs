namespace OpenAIStream;

/// <summary>How reading a line ended.</summary>
internal enum LineEnd
{
    /// <summary>With Enter.</summary>
    Entered,

    /// <summary>With Ctrl+C.</summary>
    Canceled,

    /// <summary>With Ctrl+D, or because the input ended.</summary>
    Closed,
}

/// <summary>What was typed.</summary>
/// <param name="End">How reading ended.</param>
/// <param name="Text">The text, which may have several lines.</param>
internal readonly record struct TypedLine(LineEnd End, string Text);

/// <summary>A part of the line that Tab replaces.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Texts">Its completions.</param>
internal readonly record struct LineCompletions(int Start, string[] Texts)
{
    public static LineCompletions None { get; } = new(0, []);
}

/// <summary>Reads what the user types.</summary>
internal abstract class LineReader
{
    /// <summary>Whether text can be put into the line for the user to edit. If not, it is written before what is typed.</summary>
    public abstract bool TakesDraft { get; }

    /// <summary>Whether Ctrl+C ends the line instead of the pipeline that reads it.</summary>
    public abstract bool HearsCancel { get; }

    /// <summary>Reads a message.</summary>
    /// <param name="prompt">What is written before it.</param>
    /// <param name="draft">What is already in the line.</param>
    /// <param name="complete">Returns the completions of the text before the cursor.</param>
    public abstract TypedLine Read(string prompt, string draft, Func<string, LineCompletions> complete);

    /// <summary>Reads the answer to a question.</summary>
    public abstract TypedLine ReadAnswer(string question);
}
