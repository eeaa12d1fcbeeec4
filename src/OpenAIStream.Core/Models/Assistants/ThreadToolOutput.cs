namespace OpenAIStream;

/// <summary>The output of a tool that a run waits for.</summary>
public sealed class ThreadToolOutput : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ThreadToolOutput>(static () => new());

    /// <summary>The id of the call, from <see cref="ThreadRun.RequiredAction"/> of the run.</summary>
    public string? ToolCallId { get => GetString("tool_call_id"); set => SetOrRemove("tool_call_id", value); }

    /// <summary>The output of the tool.</summary>
    public string? Output { get => GetString("output"); set => SetOrRemove("output", value); }

    /// <summary>The output of the tool.</summary>
    public override string ToString() => Output ?? base.ToString();
}

/// <summary>The body of a request that submits the output of tools.</summary>
internal sealed class ToolOutputsRequest : StreamingRequest
{
    internal static readonly JsonShape Shape = new JsonShape<ToolOutputsRequest>(static () => new(), ("tool_outputs", ThreadToolOutput.Shape));

    public IReadOnlyList<ThreadToolOutput> ToolOutputs { get => GetList<ThreadToolOutput>("tool_outputs"); set => SetOrRemove("tool_outputs", value); }
}
