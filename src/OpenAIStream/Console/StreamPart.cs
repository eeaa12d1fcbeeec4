namespace OpenAIStream;

/// <summary>What a part of a stream is to its reader.</summary>
internal enum PartKind
{
    /// <summary>The answer.</summary>
    Text,

    /// <summary>What the model thinks, or a summary of that.</summary>
    Reasoning,

    /// <summary>What it says instead of an answer.</summary>
    Refusal,

    /// <summary>A call that the model asks for, or the service makes: the arguments, or a command, or code.</summary>
    Call,

    /// <summary>A word about what has no text, such as an image.</summary>
    Note,
}

/// <summary>A piece of text of a stream. Pieces of the same kind and key belong together; others begin on a line of their own.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Key">Tells calls, messages and the like from others of their kind.</param>
/// <param name="Text">The piece.</param>
/// <param name="Label">What stands before the first piece.</param>
/// <param name="Closing">What stands behind the last piece.</param>
internal readonly record struct StreamPart(PartKind Kind, string Key, string Text, string Label = "", string Closing = "");
