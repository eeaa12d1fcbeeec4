namespace OpenAIStream;

/// <summary>An item of an MCP server: a call, its list of tools, or a request for approval.</summary>
public sealed class ResponseMcpItem : ResponseItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseMcpItem>(static () => new());

    /// <summary>The name of the server in the request.</summary>
    public string? ServerLabel => GetString("server_label");

    /// <summary>The name of the tool.</summary>
    public string? Name => GetString("name");

    /// <summary>The arguments as JSON text.</summary>
    public string? Arguments => GetJsonText("arguments");

    /// <summary>The result of the tool.</summary>
    public string? Output => GetString("output");

    /// <summary>The tools of the server.</summary>
    public IReadOnlyList<JsonMap> Tools => GetList<JsonMap>("tools");

    /// <summary>The request for approval that this call answers.</summary>
    public string? ApprovalRequestId => GetString("approval_request_id");

    /// <summary>Whether the call is approved, in an answer to a request for approval.</summary>
    public bool? Approve => GetBoolean("approve");

    /// <summary>The reason, in an answer to a request for approval.</summary>
    public string? Reason => GetString("reason");

    /// <summary>Why the call or the list failed: text, or an object.</summary>
    public object? Error => this["error"];

    /// <summary>The call as it would be written in code: <c>name({"argument":"value"})</c>; for a list of tools, their names.</summary>
    public override string ToString() => Name is not null ? ChatFunctionCall.ReadCall(Name, Arguments)
        : Tools.Count > 0 ? string.Join(", ", Tools.Select(static tool => tool["name"] as string))
        : Approve is bool isApproved ? (isApproved ? "approved" : "refused")
        : base.ToString();
}
