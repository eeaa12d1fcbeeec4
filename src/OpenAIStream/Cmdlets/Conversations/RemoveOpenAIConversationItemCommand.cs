using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Deletes items of a conversation that the service keeps.</summary>
[Cmdlet(VerbsCommon.Remove, "OpenAIConversationItem", SupportsShouldProcess = true)]
public sealed class RemoveOpenAIConversationItemCommand : IdCmdlet
{
    /// <summary>The id of the conversation, or the conversation.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ConversationIdTransformation]
    [ArgumentCompleter(typeof(ConversationIdCompleter))]
    public string ConversationId { get; set; } = "";

    /// <summary>The ids of the items, or the items.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ItemId")]
    [ItemIdTransformation(IsList = true)]
    public override string[] Id { get; set; } = [];

    private protected override string? NotFound => "Check both ids; Get-OpenAIConversationItem shows the items of a conversation.";

    private protected override void Answer(string id) =>
        Ask((options, stop) => Target.Client.Conversations.DeleteItemAsync(ConversationId, id, options, stop), id, out _);
}
