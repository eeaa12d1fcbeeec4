namespace OpenAIStream;

/// <summary>Input for a response that is being written was accepted, waits, or cannot be used.</summary>
public sealed class ResponseSteerEvent : ResponseEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseSteerEvent>(static () => new());

    /// <summary>The input: its <c>id</c> and <c>previous_response_id</c>; where it failed, the <c>input</c> itself.</summary>
    public JsonMap? Steer => GetModel<JsonMap>("steer");

    /// <summary>Why it waits.</summary>
    public string? Reason => GetString("reason");

    /// <summary>The results of tools that have to be sent first.</summary>
    public IReadOnlyList<JsonMap> RequiredInput => GetList<JsonMap>("required_input");

    /// <summary>Why it cannot be used: code and message.</summary>
    public JsonMap? Error => GetModel<JsonMap>("error");

    /// <summary>The lane of the socket that it came on.</summary>
    public string? StreamId => GetString("stream_id");
}
