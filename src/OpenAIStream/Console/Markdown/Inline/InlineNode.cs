namespace OpenAIStream;

/// <summary>A piece of a line that is held back until its delimiters are recognized: text, or a run of delimiters such as <c>**</c>.</summary>
internal sealed class InlineNode
{
    /// <summary>The number of kinds of spans that begin and end at nodes.</summary>
    public const int SpanCount = 5;

    private int[]? _opens;
    private int[]? _closes;

    /// <summary>The text of a node that is not a run.</summary>
    public string Plain { get; set; } = "";

    /// <summary>The span of the text, regardless of open spans.</summary>
    public Spans Own { get; init; }

    /// <summary>The character of a run: <c>*</c>, <c>_</c> or <c>~</c>; <c>[</c> for what may begin a link; 0 for text.</summary>
    public char Sign { get; init; }

    /// <summary>The number of remaining characters.</summary>
    public int Count { get; set; }

    /// <summary>The original number of characters.</summary>
    public int Length { get; init; }

    public bool CanOpen { get; init; }

    public bool CanClose { get; init; }

    /// <summary>The number of the run or bracket.</summary>
    public int Number { get; init; }

    public bool IsImage { get; init; }

    /// <summary>Creates a run of delimiters between two characters.</summary>
    public static InlineNode OfRun(char sign, int count, int number, int before, int next)
    {
        bool isAfterSign = CharacterKind.IsPunctuation(before), isBeforeSign = CharacterKind.IsPunctuation(next);
        bool isAfterBlank = CharacterKind.IsBlank(before), isBeforeBlank = CharacterKind.IsBlank(next);
        bool isLeft = !isBeforeBlank && (!isBeforeSign || isAfterBlank || isAfterSign || CharacterKind.NeedsNoBlanks(before));
        bool isRight = !isAfterBlank && (!isAfterSign || isBeforeBlank || isBeforeSign || CharacterKind.NeedsNoBlanks(next));
        bool isKnown = sign != '~' || count == 2; // a single one often means "about"
        return new InlineNode
        {
            Sign = sign,
            Count = count,
            Length = count,
            Number = number,
            CanOpen = isKnown && isLeft && (sign != '_' || !isRight || isAfterSign),
            CanClose = isKnown && isRight && (sign != '_' || !isLeft || isBeforeSign),
        };
    }

    /// <summary>A span begins after this text.</summary>
    public void Open(Spans span) => (_opens ??= new int[SpanCount])[Index(span)]++;

    /// <summary>A span ends before this text.</summary>
    public void Close(Spans span) => (_closes ??= new int[SpanCount])[Index(span)]++;

    /// <summary>Updates the number of open spans with what begins and ends here.</summary>
    public void Pass(int[] open, Action<string, Spans> write)
    {
        for (int i = 0; _closes is not null && i < SpanCount; i++)
        {
            open[i] -= _closes[i];
        }

        write(Sign is '\0' or '[' ? Plain : new string(Sign, Count), Own | Of(open));
        for (int i = 0; _opens is not null && i < SpanCount; i++)
        {
            open[i] += _opens[i];
        }
    }

    private static Spans Of(int[] open) =>
        (open[0] > 0 ? Spans.Bold : 0) | (open[1] > 0 ? Spans.Italic : 0) | (open[2] > 0 ? Spans.Strike : 0) | (open[3] > 0 ? Spans.Link : 0) | (open[4] > 0 ? Spans.Image : 0);

    private static int Index(Spans span) => span switch
    {
        Spans.Bold => 0,
        Spans.Italic => 1,
        Spans.Strike => 2,
        Spans.Link => 3,
        _ => 4,
    };
}
