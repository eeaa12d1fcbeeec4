using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Gets the items of conversations.</summary>
[Cmdlet(VerbsCommon.Get, "OpenAIConversationItem", SupportsShouldProcess = true)]
[OutputType(typeof(ResponseItem))]
public sealed class GetOpenAIConversationItemCommand : ItemListCmdlet
{
    /// <summary>The ids of the conversations, or the conversations.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ConversationId")]
    [ConversationIdTransformation(IsList = true)]
    [ArgumentCompleter(typeof(ConversationIdCompleter))]
    public override string[] Id { get; set; } = [];

    private protected override string? NotFound => ConversationIdCmdlet.WhatToDo;

    private protected override Task<ListPage<ResponseItem>> ListAsync(
        string id, ResponseItemQuery query, ListPage<ResponseItem>? after, RequestOptions options, CancellationToken stop) =>
        Target.Client.Conversations.ListItemsAsync(id, query, after, options, stop);
}
