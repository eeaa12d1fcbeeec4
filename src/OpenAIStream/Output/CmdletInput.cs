namespace OpenAIStream;

/// <summary>One of the inputs of a cmdlet.</summary>
/// <param name="value">What the cmdlet was given.</param>
/// <param name="index">Which of its inputs that was, from 0.</param>
internal sealed class CmdletInput(object? value, int index)
{
    public object? Value { get; } = value;

    public int Index { get; } = index;

    /// <summary>The model that it is sent to; null before that, and where the request names none.</summary>
    public string? Model { get; set; }

    /// <summary>What a checkpoint is to keep of it; null where there is none, or it has it already.</summary>
    public CheckpointRequest? Request { get; set; }

    /// <summary>Whether a checkpoint had its answer.</summary>
    public bool IsKept { get; set; }

    /// <summary>The tokens that its answer has cost, as far as that is known.</summary>
    public long Tokens { get; set; }

    /// <summary>Whether an error was written about it.</summary>
    public bool HasFailed { get; set; }

    /// <summary>Whether it is answered while the cmdlet goes on with the next ones.</summary>
    public bool IsBesideOthers { get; set; }
}
