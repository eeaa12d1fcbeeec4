namespace OpenAIStream;

/// <summary>What a tool gave that a run waits for.</summary>
public sealed class ThreadToolOutput : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ThreadToolOutput>(static () => new());

    /// <summary>The call that it answers, from the run's <see cref="ThreadRun.RequiredAction"/>.</summary>
    public string? ToolCallId { get => GetString("tool_call_id"); set => SetOrRemove("tool_call_id", value); }

    /// <summary>What the tool gave.</summary>
    public string? Output { get => GetString("output"); set => SetOrRemove("output", value); }

    /// <summary>What the tool gave.</summary>
    public override string ToString() => Output ?? base.ToString();
}

/// <summary>The body of a request that submits what tools gave.</summary>
internal sealed class ToolOutputsRequest : StreamingRequest
{
    internal static readonly JsonShape Shape = new JsonShape<ToolOutputsRequest>(static () => new(), ("tool_outputs", ThreadToolOutput.Shape));

    public IReadOnlyList<ThreadToolOutput> ToolOutputs { get => GetList<ThreadToolOutput>("tool_outputs"); set => SetOrRemove("tool_outputs", value); }
}
