namespace OpenAIStream;

/// <summary>How the reading of a line ended.</summary>
internal enum LineEnd
{
    /// <summary>With Enter.</summary>
    Entered,

    /// <summary>With Ctrl+C.</summary>
    Canceled,

    /// <summary>With Ctrl+D, or nobody is left to type.</summary>
    Closed,
}

/// <summary>What was typed.</summary>
/// <param name="End">How that ended.</param>
/// <param name="Text">The text, which may have several lines.</param>
internal readonly record struct TypedLine(LineEnd End, string Text);

/// <summary>A part of the line that Tab replaces.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Texts">What it may become.</param>
internal readonly record struct LineCompletions(int Start, string[] Texts)
{
    public static LineCompletions None { get; } = new(0, []);
}

/// <summary>Reads what a person types.</summary>
internal abstract class LineReader
{
    /// <summary>Whether a text can be put into the line for the person to change. Else it is written before what is typed.</summary>
    public abstract bool TakesDraft { get; }

    /// <summary>Whether Ctrl+C ends the line, and not the pipeline that reads it.</summary>
    public abstract bool HearsCancel { get; }

    /// <summary>Reads a message.</summary>
    /// <param name="prompt">What is written before it.</param>
    /// <param name="draft">What is in the line already.</param>
    /// <param name="complete">What Tab makes of the text before the cursor.</param>
    public abstract TypedLine Read(string prompt, string draft, Func<string, LineCompletions> complete);

    /// <summary>Reads the answer to a question.</summary>
    public abstract TypedLine ReadAnswer(string question);
}
