namespace OpenAIStream;

/// <summary>The kind of a part of a stream, for its reader.</summary>
internal enum PartKind
{
    /// <summary>The answer.</summary>
    Text,

    /// <summary>The model's reasoning, or a summary of it.</summary>
    Reasoning,

    /// <summary>A refusal instead of an answer.</summary>
    Refusal,

    /// <summary>A call that the model requests, or that the service makes: the arguments, or a command, or code.</summary>
    Call,

    /// <summary>A note about something without text, such as an image.</summary>
    Note,
}

/// <summary>A piece of text of a stream. Pieces of the same kind and key belong together; others begin on a new line.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Key">Distinguishes calls, messages and the like of the same kind.</param>
/// <param name="Text">The piece.</param>
/// <param name="Label">The text before the first piece.</param>
/// <param name="Closing">The text after the last piece.</param>
internal readonly record struct StreamPart(PartKind Kind, string Key, string Text, string Label = "", string Closing = "")
{
    /// <summary>Reads the image that the text describes, and returns null if it cannot be read. Null without an image.</summary>
    public Func<byte[]?>? Image { get; init; }

    /// <summary>Whether more of the image follows.</summary>
    public bool IsPartial { get; init; }
}
