namespace OpenAIStream;

/// <summary>An item of a response's input or output. Items without a type of their own have this type, with all their fields.</summary>
public class ResponseItem : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<ResponseItem>(static () => new());

    /// <summary>The kind of item, such as <c>message</c> or <c>function_call</c>.</summary>
    public string? Type => GetString("type");

    /// <summary>The id of the item.</summary>
    public string? Id => GetString("id");

    /// <summary>in_progress, completed or incomplete, if the service sends it.</summary>
    public string? Status => GetString("status");

    internal override JsonShape Family => AnyShape;

    /// <summary>Reads each item as its own type.</summary>
    internal static readonly JsonShape AnyShape = new JsonShapeByType<ResponseItem>(Shape, new(StringComparer.Ordinal)
    {
        ["message"] = ResponseMessageItem.Shape,
        ["reasoning"] = ResponseReasoningItem.Shape,
        ["function_call"] = ResponseFunctionCallItem.Shape,
        ["function_call_output"] = ResponseToolOutputItem.Shape,
        ["custom_tool_call"] = ResponseCustomToolCallItem.Shape,
        ["custom_tool_call_output"] = ResponseToolOutputItem.Shape,
        ["mcp_call"] = ResponseMcpItem.Shape,
        ["mcp_list_tools"] = ResponseMcpItem.Shape,
        ["mcp_approval_request"] = ResponseMcpItem.Shape,
        ["mcp_approval_response"] = ResponseMcpItem.Shape,
        ["code_interpreter_call"] = ResponseCodeInterpreterItem.Shape,
        ["web_search_call"] = ResponseSearchItem.Shape,
        ["file_search_call"] = ResponseSearchItem.Shape,
        ["image_generation_call"] = ResponseImageItem.Shape,
        ["shell_call"] = ResponseShellItem.Shape,
        ["shell_call_output"] = ResponseShellItem.Shape,
        ["local_shell_call"] = ResponseShellItem.Shape,
        ["local_shell_call_output"] = ResponseToolOutputItem.Shape,
        ["apply_patch_call"] = ResponsePatchItem.Shape,
        ["apply_patch_call_output"] = ResponseToolOutputItem.Shape,
        ["computer_call"] = ResponseComputerItem.Shape,
        ["computer_call_output"] = ResponseToolOutputItem.Shape,
        ["tool_search_call"] = ResponseToolSearchItem.Shape,
        ["tool_search_output"] = ResponseToolSearchItem.Shape,
        ["additional_tools"] = ResponseToolSearchItem.Shape,
        ["program"] = ResponseProgramItem.Shape,
        ["program_output"] = ResponseProgramItem.Shape,
        ["configuration_update"] = ResponseConfigurationItem.Shape,
        ["compaction"] = ResponseCompactionItem.Shape,
        ["compaction_trigger"] = ResponseCompactionItem.Shape,
    });
}
