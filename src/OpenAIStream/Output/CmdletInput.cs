namespace OpenAIStream;

/// <summary>One of the inputs of a cmdlet.</summary>
/// <param name="value">The value that was passed to the cmdlet.</param>
/// <param name="index">The index of the input, starting at 0.</param>
internal sealed class CmdletInput(object? value, int index)
{
    public object? Value { get; } = value;

    public int Index { get; } = index;

    /// <summary>The model to which it is sent; null before that, and if the request specifies none.</summary>
    public string? Model { get; set; }

    /// <summary>What a checkpoint should keep of it; null if there is no checkpoint, or if it already has the answer.</summary>
    public CheckpointRequest? Request { get; set; }

    /// <summary>Whether a checkpoint had its answer.</summary>
    public bool IsKept { get; set; }

    /// <summary>The tokens of its answer, as far as known.</summary>
    public long Tokens { get; set; }

    /// <summary>Whether an error was written about it.</summary>
    public bool HasFailed { get; set; }

    /// <summary>Whether it is processed while the cmdlet continues with the next ones.</summary>
    public bool IsBesideOthers { get; set; }
}
