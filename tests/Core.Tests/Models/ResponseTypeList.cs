namespace OpenAIStream.Tests.Models;

/// <summary>
/// The events and items of the Responses API and their fields beside <c>type</c>, as the npm package openai 7.59.0 declares
/// them in resources/responses/responses.d.ts: ResponseStreamEvent and the events of a socket; ResponseItem,
/// ResponseOutputItem and ResponseInputItem.
/// </summary>
internal static class ResponseTypeList
{
    public const string Events = """
        error: code message param sequence_number
        response.audio.delta: delta sequence_number
        response.audio.done: sequence_number
        response.audio.transcript.delta: delta sequence_number
        response.audio.transcript.done: sequence_number
        response.code_interpreter_call.completed: item_id output_index sequence_number
        response.code_interpreter_call.in_progress: item_id output_index sequence_number
        response.code_interpreter_call.interpreting: item_id output_index sequence_number
        response.code_interpreter_call_code.delta: delta item_id output_index sequence_number
        response.code_interpreter_call_code.done: code item_id output_index sequence_number
        response.compaction.compacting: item_id output_index sequence_number
        response.completed: response sequence_number
        response.content_part.added: content_index item_id output_index part sequence_number
        response.content_part.done: content_index item_id output_index part sequence_number
        response.created: response sequence_number
        response.custom_tool_call_input.delta: delta item_id output_index sequence_number
        response.custom_tool_call_input.done: input item_id output_index sequence_number
        response.failed: response sequence_number
        response.file_search_call.completed: item_id output_index sequence_number
        response.file_search_call.in_progress: item_id output_index sequence_number
        response.file_search_call.searching: item_id output_index sequence_number
        response.function_call_arguments.delta: delta item_id output_index sequence_number
        response.function_call_arguments.done: arguments item_id output_index sequence_number
        response.image_generation_call.completed: item_id output_index sequence_number
        response.image_generation_call.generating: item_id output_index sequence_number
        response.image_generation_call.in_progress: item_id output_index sequence_number
        response.image_generation_call.partial_image: item_id output_index partial_image_b64 partial_image_index sequence_number background output_format quality size
        response.in_progress: response sequence_number
        response.incomplete: response sequence_number
        response.mcp_call.completed: item_id output_index sequence_number
        response.mcp_call.failed: item_id output_index sequence_number
        response.mcp_call.in_progress: item_id output_index sequence_number
        response.mcp_call_arguments.delta: delta item_id output_index sequence_number
        response.mcp_call_arguments.done: arguments item_id output_index sequence_number
        response.mcp_list_tools.completed: item_id output_index sequence_number
        response.mcp_list_tools.failed: item_id output_index sequence_number
        response.mcp_list_tools.in_progress: item_id output_index sequence_number
        response.output_item.added: item output_index sequence_number
        response.output_item.done: item output_index sequence_number
        response.output_text.annotation.added: annotation annotation_index content_index item_id output_index sequence_number
        response.output_text.delta: content_index delta item_id logprobs output_index sequence_number
        response.output_text.done: content_index item_id logprobs output_index sequence_number text
        response.queued: response sequence_number
        response.reasoning_summary_part.added: item_id output_index part sequence_number summary_index
        response.reasoning_summary_part.done: item_id output_index part sequence_number summary_index status
        response.reasoning_summary_text.delta: delta item_id output_index sequence_number summary_index
        response.reasoning_summary_text.done: item_id output_index sequence_number summary_index text
        response.reasoning_text.delta: content_index delta item_id output_index sequence_number
        response.reasoning_text.done: content_index item_id output_index sequence_number text
        response.refusal.delta: content_index delta item_id output_index sequence_number
        response.refusal.done: content_index item_id output_index refusal sequence_number
        response.shell_call_command.added: command command_index output_index sequence_number
        response.shell_call_command.delta: command_index delta output_index sequence_number obfuscation
        response.shell_call_command.done: command command_index output_index sequence_number
        response.shell_call_output_content.delta: command_index delta item_id output_index sequence_number
        response.shell_call_output_content.done: command_index item_id output output_index sequence_number
        response.steer.accepted: sequence_number steer stream_id
        response.steer.failed: error sequence_number steer stream_id
        response.steer.pending: reason required_input sequence_number steer stream_id
        response.web_search_call.completed: item_id output_index sequence_number
        response.web_search_call.in_progress: item_id output_index sequence_number
        response.web_search_call.searching: item_id output_index sequence_number
        """;

    public const string Items = """
        additional_tools: id role tools
        apply_patch_call: id call_id operation status caller created_by
        apply_patch_call_output: id call_id status caller created_by output
        code_interpreter_call: id code container_id outputs status
        compaction: id encrypted_content created_by
        compaction_trigger: id
        computer_call: id call_id pending_safety_checks status action actions
        computer_call_output: id call_id output status acknowledged_safety_checks created_by
        configuration_update: id reasoning text
        custom_tool_call: call_id input name id async caller namespace status created_by
        custom_tool_call_output: call_id output id caller status created_by
        file_search_call: id queries status results
        function_call: arguments call_id name id async caller namespace status created_by
        function_call_output: id output status call_id caller created_by name namespace
        image_generation_call: id result status action background error output_format quality revised_prompt size svg_usage
        item_reference: id
        local_shell_call: id action call_id status
        local_shell_call_output: id output status
        mcp_approval_request: id arguments name server_label
        mcp_approval_response: id approval_request_id approve reason
        mcp_call: id arguments name server_label approval_request_id error output status
        mcp_list_tools: id server_label tools error
        message: id content role status phase
        program: id call_id code fingerprint
        program_output: id call_id result status
        reasoning: id summary content encrypted_content status
        shell_call: id action call_id environment status caller created_by
        shell_call_output: id call_id max_output_length output status caller created_by
        tool_search_call: id arguments call_id execution status created_by
        tool_search_output: id call_id execution status tools created_by
        web_search_call: id action status
        """;

    public static (string Name, string[] Fields)[] Read(string list) =>
    [
        .. from line in list.Split('\n')
           let parts = line.Trim().Split(": ")
           select (parts[0], parts[1].Split(' ')),
    ];
}
