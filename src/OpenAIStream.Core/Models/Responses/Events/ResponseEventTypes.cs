namespace OpenAIStream;

/// <summary>The types of the events in a response's stream, by their names. An event with another name is a plain <see cref="ResponseEvent"/>.</summary>
internal static class ResponseEventTypes
{
    public static readonly JsonShape Shape = new JsonShapeByType<ResponseEvent>(ResponseEvent.Shape, new(StringComparer.Ordinal)
    {
        ["response.created"] = ResponseLifecycleEvent.Shape,
        ["response.queued"] = ResponseLifecycleEvent.Shape,
        ["response.in_progress"] = ResponseLifecycleEvent.Shape,
        ["response.completed"] = ResponseLifecycleEvent.Shape,
        ["response.failed"] = ResponseLifecycleEvent.Shape,
        ["response.incomplete"] = ResponseLifecycleEvent.Shape,
        ["response.cancelled"] = ResponseLifecycleEvent.Shape,
        ["response.done"] = ResponseLifecycleEvent.Shape,
        ["error"] = ResponseErrorEvent.Shape,
        ["response.error"] = ResponseErrorEvent.Shape,

        ["response.output_item.added"] = ResponseOutputItemEvent.Shape,
        ["response.output_item.done"] = ResponseOutputItemEvent.Shape,
        ["response.content_part.added"] = ResponseContentPartEvent.Shape,
        ["response.content_part.done"] = ResponseContentPartEvent.Shape,
        ["response.output_text.delta"] = ResponseTextDeltaEvent.Shape,
        ["response.output_text.done"] = ResponseTextDoneEvent.Shape,
        ["response.output_text.annotation.added"] = ResponseAnnotationEvent.Shape,
        ["response.refusal.delta"] = ResponseRefusalDeltaEvent.Shape,
        ["response.refusal.done"] = ResponseRefusalDoneEvent.Shape,

        ["response.reasoning_summary_part.added"] = ResponseReasoningPartEvent.Shape,
        ["response.reasoning_summary_part.done"] = ResponseReasoningPartEvent.Shape,
        ["response.reasoning_summary_text.delta"] = ResponseReasoningDeltaEvent.Shape,
        ["response.reasoning_summary_text.done"] = ResponseReasoningDoneEvent.Shape,
        ["response.reasoning_text.delta"] = ResponseReasoningDeltaEvent.Shape,
        ["response.reasoning_text.done"] = ResponseReasoningDoneEvent.Shape,
        ["response.reasoning_part.added"] = ResponseContentPartEvent.Shape,
        ["response.reasoning_part.done"] = ResponseContentPartEvent.Shape,
        ["response.reasoning.delta"] = ResponseReasoningDeltaEvent.Shape,
        ["response.reasoning.done"] = ResponseReasoningDoneEvent.Shape,

        ["response.function_call_arguments.delta"] = ResponseArgumentsDeltaEvent.Shape,
        ["response.function_call_arguments.done"] = ResponseArgumentsDoneEvent.Shape,
        ["response.custom_tool_call_input.delta"] = ResponseArgumentsDeltaEvent.Shape,
        ["response.custom_tool_call_input.done"] = ResponseArgumentsDoneEvent.Shape,
        ["response.mcp_call_arguments.delta"] = ResponseArgumentsDeltaEvent.Shape,
        ["response.mcp_call_arguments.done"] = ResponseArgumentsDoneEvent.Shape,

        ["response.mcp_call.in_progress"] = ResponseItemEvent.Shape,
        ["response.mcp_call.completed"] = ResponseItemEvent.Shape,
        ["response.mcp_call.failed"] = ResponseItemEvent.Shape,
        ["response.mcp_list_tools.in_progress"] = ResponseItemEvent.Shape,
        ["response.mcp_list_tools.completed"] = ResponseItemEvent.Shape,
        ["response.mcp_list_tools.failed"] = ResponseItemEvent.Shape,
        ["response.web_search_call.in_progress"] = ResponseItemEvent.Shape,
        ["response.web_search_call.searching"] = ResponseItemEvent.Shape,
        ["response.web_search_call.completed"] = ResponseItemEvent.Shape,
        ["response.file_search_call.in_progress"] = ResponseItemEvent.Shape,
        ["response.file_search_call.searching"] = ResponseItemEvent.Shape,
        ["response.file_search_call.completed"] = ResponseItemEvent.Shape,
        ["response.code_interpreter_call.in_progress"] = ResponseItemEvent.Shape,
        ["response.code_interpreter_call.interpreting"] = ResponseItemEvent.Shape,
        ["response.code_interpreter_call.completed"] = ResponseItemEvent.Shape,
        ["response.code_interpreter_call_code.delta"] = ResponseCodeEvent.Shape,
        ["response.code_interpreter_call_code.done"] = ResponseCodeEvent.Shape,

        ["response.image_generation_call.in_progress"] = ResponseItemEvent.Shape,
        ["response.image_generation_call.generating"] = ResponseItemEvent.Shape,
        ["response.image_generation_call.partial_image"] = ResponsePartialImageEvent.Shape,
        ["response.image_generation_call.completed"] = ResponseItemEvent.Shape,

        ["response.compaction.compacting"] = ResponseItemEvent.Shape,

        ["response.steer.accepted"] = ResponseSteerEvent.Shape,
        ["response.steer.pending"] = ResponseSteerEvent.Shape,
        ["response.steer.failed"] = ResponseSteerEvent.Shape,

        ["response.audio.delta"] = ResponseAudioEvent.Shape,
        ["response.audio.done"] = ResponseAudioEvent.Shape,
        ["response.audio.transcript.delta"] = ResponseAudioTranscriptEvent.Shape,
        ["response.audio.transcript.done"] = ResponseAudioTranscriptEvent.Shape,

        ["response.shell_call_command.added"] = ResponseShellCommandEvent.Shape,
        ["response.shell_call_command.delta"] = ResponseShellCommandEvent.Shape,
        ["response.shell_call_command.done"] = ResponseShellCommandEvent.Shape,
        ["response.shell_call_output_content.delta"] = ResponseShellOutputEvent.Shape,
        ["response.shell_call_output_content.done"] = ResponseShellOutputEvent.Shape,
    });
}
