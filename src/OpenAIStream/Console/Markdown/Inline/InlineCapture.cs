using System.Text;

namespace OpenAIStream;

/// <summary>What a character means for text that is held back until it is recognized, such as code between backticks.</summary>
internal enum CaptureStep
{
    /// <summary>It belongs to the text, and more follows.</summary>
    More,

    /// <summary>It ends the text.</summary>
    Done,

    /// <summary>It is the first character after the text.</summary>
    DoneBefore,

    /// <summary>It cannot be part of the text: what was held back is something else.</summary>
    Failed,
}

/// <summary>Text of a line that is held back until it is recognized.</summary>
internal abstract class InlineCapture(string opening)
{
    protected string Opening { get; } = opening;

    /// <summary>What was held back so far.</summary>
    protected StringBuilder Held { get; } = new(opening);

    public string Raw => Held.ToString();

    /// <summary>The number of characters that are not read again if it turns out to be something else.</summary>
    public virtual int LiteralLength => Opening.Length;

    /// <summary>The text to write for these characters.</summary>
    public virtual string Literal => Opening;

    public abstract CaptureStep Add(char character);

    /// <summary>Whether it is complete at the end of the line.</summary>
    public virtual bool EndsWithLine => false;

    protected CaptureStep Keep(char character, CaptureStep step = CaptureStep.More)
    {
        Held.Append(character);
        return step;
    }
}

/// <summary>Code between runs of backticks.</summary>
internal sealed class CodeCapture(int ticks) : InlineCapture(new string('`', ticks))
{
    private int _run;

    public override bool EndsWithLine => _run == ticks;

    /// <summary>The code, without the spaces next to its backticks.</summary>
    public string Code
    {
        get
        {
            string code = Held.ToString(ticks, Held.Length - (2 * ticks));
            return code.Length > 2 && code[0] == ' ' && code[code.Length - 1] == ' ' && code.Trim(' ').Length > 0 ? code.Substring(1, code.Length - 2) : code;
        }
    }

    public override CaptureStep Add(char character)
    {
        if (character != '`' && EndsWithLine)
        {
            return CaptureStep.DoneBefore;
        }

        _run = character == '`' ? _run + 1 : 0;
        return Keep(character);
    }
}

/// <summary>A character by its name or number, such as <c>&amp;lt;</c>.</summary>
internal sealed class EntityCapture() : InlineCapture("&")
{
    private const int Longest = 32;

    public override int LiteralLength => Held.Length; // letters and digits: it contains nothing else

    public override string Literal => Raw;

    public override CaptureStep Add(char character) =>
        character == ';' && Held.Length > 1 ? Keep(character, CaptureStep.Done)
        : Held.Length < Longest && (CharacterKind.IsAsciiLetterOrDigit(character) || (character == '#' && Held.Length == 1)) ? Keep(character)
        : CaptureStep.Failed;
}
