using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Gets the input items of responses.</summary>
[Cmdlet(VerbsCommon.Get, "OpenAIResponseInput", SupportsShouldProcess = true)]
[OutputType(typeof(ResponseItem))]
public sealed class GetOpenAIResponseInputCommand : ItemListCmdlet
{
    /// <summary>The ids of the responses, or the responses.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ResponseId")]
    [IdTransformation(IsList = true)]
    [ArgumentCompleter(typeof(ResponseIdCompleter))]
    public override string[] Id { get; set; } = [];

    private protected override string? NotFound => ResponseIdCmdlet.WhatToDo;

    private protected override Task<ListPage<ResponseItem>> ListAsync(
        string id, ResponseItemQuery query, ListPage<ResponseItem>? after, RequestOptions options, CancellationToken stop) =>
        Target.Client.Responses.ListInputItemsAsync(id, query, after, options, stop);
}
