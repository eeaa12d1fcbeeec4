using System.Globalization;

namespace OpenAIStream;

/// <summary>The texts that views show of a model.</summary>
internal static class ViewText
{
    /// <summary>The same as one line of a stream: if there are several answers, each but the first has its number.</summary>
    public static string Line(JsonModel model)
    {
        int answer = model switch
        {
            ChatCompletionChunk { Choices: [var first, ..] } => first.Index,
            Completion { Choices: [var first, ..] } => first.Index,
            _ => 0,
        };
        return answer > 0 ? FormattableString.Invariant($"[answer {answer + 1}] {Of(model)}") : Of(model);
    }

    /// <summary>The status of a response, and why it is incomplete.</summary>
    public static string? Status(Response response) =>
        response.IncompleteDetails?["reason"] is string { Length: > 0 } reason ? $"{response.Status} ({reason})" : response.Status;

    /// <summary>The readable text; if there is none, what it contains instead.</summary>
    public static string Of(JsonModel model) => model switch
    {
        ChoiceChunk { Text.Length: 0 } chunk => Of(Delta(chunk)),
        ChatChunkChoice { Text.Length: 0 } choice => Of(choice.Delta),
        ChatMessage message => Of(message),
        ChatConversation conversation => conversation.Messages is [.., var last] ? Of(last) : "",
        ResponseEvent { Text.Length: 0 } progress => Of(progress),
        TranscriptionDoneEvent done => done.FullText ?? "",
        TranscriptionSegmentEvent segment => segment.Speaker is null ? segment.FullText ?? "" : $"{segment.Speaker}: {segment.FullText}",
        ResponseItem item => Content(item),
        _ => model.ToString(),
    };

    /// <summary>The name of an event without the common prefix.</summary>
    public static string? EventName(JsonModel model) => model switch
    {
        ResponseEvent { Type: string name } when name.StartsWith("response.", StringComparison.Ordinal) => name.Substring("response.".Length),
        ResponseEvent other => other.Type,
        AssistantEvent assistant => assistant.Event,
        _ => null,
    };

    public static string? Error(JsonModel model) => model switch
    {
        Response response => response.Error?["message"] as string,
        ThreadRun run => run.LastError?["message"] as string,
        _ => null,
    };

    /// <summary>The calls that an answer requests, one per line.</summary>
    public static string? ToolCalls(JsonModel model) => model switch
    {
        ChatCompletion { Choices: [{ Message: ChatMessage message }, ..] } => Calls(message),
        Response response => string.Join("\n", response.Output.Where(static item => item.Type?.EndsWith("_call", StringComparison.Ordinal) == true).Select(Call)),
        _ => null,
    };

    public static string? Tokens(JsonModel model) => model switch
    {
        ChoiceChunk chunk => Tokens(chunk.Usage),
        ChatCompletion completion => Tokens(completion.Usage),
        ThreadRun run => Tokens(run.Usage),
        Response response => Tokens(response.Usage),
        CompactedResponse compacted => Tokens(compacted.Usage),
        ImageResult images => Tokens(images.Usage),
        Transcription transcription => Tokens(transcription.Usage),
        _ => null,
    };

    /// <summary>How long the answer took, and how fast its chunks arrived if there were several.</summary>
    public static string? Time(JsonModel model) => model is ModelOutput output && StreamSource.Of(output)?.Timing is StreamTiming timing
        ? timing.ChunkCount > 1 ? timing.ToString() : timing.Duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s"
        : null;

    /// <summary>The size of data that was sent as Base64.</summary>
    public static object? Bytes(JsonModel model) => model switch
    {
        ImageEvent image => Size(image.ImageBase64),
        GeneratedImage image => Size(image.ImageBase64),
        SpeechEvent speech => Size(speech.AudioBase64),
        ImageResult images => string.Join(", ", images.Data.Select(static image => Size(image.ImageBase64)).OfType<long>()),
        _ => null,
    };

    private static ChatMessage? Delta(ChoiceChunk chunk) => chunk is ChatCompletionChunk { Choices: [{ Delta: ChatMessage delta }, ..] } ? delta : null;

    private static string Of(ChatMessage? message) =>
        message is null ? ""
        : message.Text.Length > 0 ? message.Text
        : message.ToolCalls.Count > 0 ? Calls(message)
        : message.ReasoningContent ?? "";

    private static string Of(ResponseEvent progress) => progress switch
    {
        ResponseOutputItemEvent { Item: ResponseItem item } => $"{item.Type} {Content(item)}".TrimEnd(),
        ResponseContentPartEvent { Part: ResponseContentPart part } => part.ToString(),
        ResponseReasoningPartEvent { Part: ResponseContentPart part } => part.ToString(),
        ResponseReasoningDeltaEvent reasoning => reasoning.Delta ?? "",
        ResponseReasoningDoneEvent reasoning => reasoning.FullText ?? "",
        ResponseTextDoneEvent text => text.FullText ?? "",
        ResponseRefusalDoneEvent refusal => refusal.Refusal ?? "",
        ResponseArgumentsDeltaEvent arguments => arguments.Delta ?? "",
        ResponseArgumentsDoneEvent arguments => arguments.Arguments ?? arguments.CustomInput ?? "",
        ResponseCodeEvent code => code.Code ?? code.Delta ?? "",
        ResponseShellCommandEvent command => command.Command is { Length: > 0 } whole ? whole : command.Delta ?? "",
        ResponseShellOutputEvent { Delta: JsonMap output } => $"{output["stdout"]}{output["stderr"]}",
        ResponseShellOutputEvent output => string.Concat(output.Output.Select(static part => $"{part["stdout"]}{part["stderr"]}")),
        ResponseAnnotationEvent { Annotation: ResponseAnnotation annotation } => annotation.ToString(),
        ResponsePartialImageEvent image => $"{Size(image.ImageBase64)} bytes",
        ResponseAudioEvent { Delta: string audio } => $"{Size(audio)} bytes",
        ResponseErrorEvent error => error.Message ?? (error["error"] as JsonModel)?["message"] as string ?? "",
        ResponseSteerEvent steer => steer.Error?["message"] as string ?? steer.Reason ?? steer.Steer?["id"] as string ?? "",
        ResponseLifecycleEvent { Response: Response response } => Error(response) ?? response.IncompleteDetails?["reason"] as string ?? "",
        _ => progress["delta"] as string ?? progress["text"] as string ?? "",
    };

    /// <summary>The content of an item. The JSON of an unknown kind would repeat its type, and be too long.</summary>
    private static string Content(ResponseItem item) => item.ToString() is var text && text.StartsWith("{", StringComparison.Ordinal) && text == item.ToJson() ? item["name"] as string ?? "" : text;

    private static string Calls(ChatMessage message) => string.Join("\n", message.ToolCalls);

    private static string? Call(ResponseItem item) => item is ResponseFunctionCallItem or ResponseCustomToolCallItem or ResponseMcpItem ? item.ToString() : item.Type;

    private static string? Tokens(Usage? usage) => usage is null ? null
        : FormattableString.Invariant($"{usage.TotalTokens} ({usage.PromptTokens} prompt, {usage.CompletionTokens} completion)");

    private static string? Tokens(ResponseUsage? usage) => Tokens(usage?.TotalTokens, usage?.InputTokens, usage?.OutputTokens);

    private static string? Tokens(TranscriptionUsage? usage) => Tokens(usage?.TotalTokens, usage?.InputTokens, usage?.OutputTokens);

    private static string? Tokens(int? total, int? input, int? output) => total is null ? null : FormattableString.Invariant($"{total} ({input} input, {output} output)");

    private static long? Size(string? base64) => base64 is null ? null : base64.TrimEnd('=').Length * 3L / 4;
}
