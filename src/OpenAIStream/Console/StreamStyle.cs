namespace OpenAIStream;

/// <summary>The escape sequences that distinguish everything that is not the answer; all empty if there are no colors.</summary>
/// <param name="Reasoning">Before reasoning.</param>
/// <param name="Refusal">Before a refusal.</param>
/// <param name="Call">Before a call.</param>
/// <param name="Note">Before a note.</param>
/// <param name="Reset">After each.</param>
internal sealed record StreamStyle(string Reasoning, string Refusal, string Call, string Note, string Reset)
{
    public static StreamStyle None { get; } = new("", "", "", "", "");

    public bool HasColor => Reset.Length > 0;

    public string Of(PartKind kind) => kind switch
    {
        PartKind.Reasoning => Reasoning,
        PartKind.Refusal => Refusal,
        PartKind.Call => Call,
        PartKind.Note => Note,
        _ => "",
    };
}
